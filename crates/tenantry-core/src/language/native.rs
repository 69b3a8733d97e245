//! What each language calls itself, for a language switcher.
//!
//! A short list, not CLDR: a language that is missing shows its tag, or the name its theme gives
//! it.

use super::Lang;

/// Tag and name, sorted by tag. A name begins with a capital, since it stands alone in a menu.
const NAMES: [(&str, &str); 42] = [
    ("ar", "العربية"),
    ("bg", "Български"),
    ("br", "Brezhoneg"),
    ("ca", "Català"),
    ("co", "Corsu"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("en", "English"),
    ("es", "Español"),
    ("et", "Eesti"),
    ("eu", "Euskara"),
    ("fa", "فارسی"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("ga", "Gaeilge"),
    ("he", "עברית"),
    ("hr", "Hrvatski"),
    ("hu", "Magyar"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("lb", "Lëtzebuergesch"),
    ("lt", "Lietuvių"),
    ("lv", "Latviešu"),
    ("mt", "Malti"),
    ("nl", "Nederlands"),
    ("oc", "Occitan"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("pt-BR", "Português (Brasil)"),
    ("ro", "Română"),
    ("ru", "Русский"),
    ("sk", "Slovenčina"),
    ("sl", "Slovenščina"),
    ("sv", "Svenska"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("zh", "中文"),
    ("zh-Hans", "简体中文"),
    ("zh-Hant", "繁體中文"),
];

impl Lang {
    /// The name of the language in itself (`Français`), or `None` if it is not in the built-in
    /// list.
    ///
    /// A tag that is not listed takes the name of the tag without its last subtag: `zh-Hant-TW`
    /// that of `zh-Hant`.
    pub fn native_name(&self) -> Option<&'static str> {
        let mut tag = self.as_str();
        loop {
            if let Ok(place) = NAMES.binary_search_by_key(&tag, |(key, _)| key) {
                return Some(NAMES[place].1);
            }
            tag = tag.rsplit_once('-')?.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_its_tags_are_tags() {
        assert!(NAMES.is_sorted_by(|one, two| one.0 < two.0));
        for (tag, name) in NAMES {
            assert_eq!(Lang::new(tag).unwrap().native_name(), Some(name));
        }
    }

    #[test]
    fn falls_back_to_the_shorter_tag() {
        let name = |text| Lang::new(text).unwrap().native_name();
        assert_eq!(name("fr-CA"), Some("Français"));
        assert_eq!(name("zh-Hant-TW"), Some("繁體中文"));
        assert_eq!(name("pt-BR"), Some("Português (Brasil)"));
        assert_eq!(name("qq"), None);
    }
}
