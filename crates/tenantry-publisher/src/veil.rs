//! Keeps credentials out of everything that is told: the values of the environment that look like some are blotted out
//! of the words of others, such as the answer of a store or of a program.

/// What stands for a credential.
const HIDDEN: &str = "[secret]";
/// Shorter values are no credentials worth the name, and blotting them out would make words unreadable.
const SHORTEST: usize = 8;
/// What names of variables hold that hold credentials.
const TELLING: &[&str] =
    &["SECRET", "TOKEN", "PASSWORD", "PASSWD", "CREDENTIAL", "ACCESS_KEY", "API_KEY", "PRIVATE_KEY"];

/// The credentials that are known.
#[derive(Default)]
pub struct Veil {
    secrets: Vec<String>,
}

impl Veil {
    /// Those of an environment, given as names and values.
    pub fn of(environment: impl Iterator<Item = (String, String)>) -> Veil {
        let tells = |name: &str| TELLING.iter().any(|word| name.to_uppercase().contains(word));
        let secrets = environment.filter(|(name, value)| tells(name) && value.len() >= SHORTEST);
        Veil { secrets: secrets.map(|(_, value)| value).collect() }
    }

    /// Words without credentials.
    pub fn over(&self, text: &str) -> String {
        let blotted = self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN));
        without_user_info(&blotted)
    }
}

/// `https://user:password@host` and `https://token@host` without what stands before the host; `ssh://git@host` as it is.
fn without_user_info(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (head, tail) = rest.split_at(at + 3);
        told.push_str(head);
        let end = tail.find(|c: char| c.is_whitespace() || "/?#'\"`".contains(c)).unwrap_or(tail.len());
        let (authority, after) = tail.split_at(end);
        match authority.rsplit_once('@') {
            Some((user, host)) if user.contains(':') || is_web(head) => {
                told.push_str(HIDDEN);
                told.push('@');
                told.push_str(host);
            }
            _ => told.push_str(authority),
        }
        rest = after;
    }
    told + rest
}

/// Whether text ends in the scheme of an address that nobody signs in to by name alone.
fn is_web(head: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| head.to_ascii_lowercase().ends_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_125_credentials_are_blotted_out() {
        let variables = [("AWS_SECRET_ACCESS_KEY", "canary-of-the-test"), ("HOME", "canary-home"), ("TOKEN", "short")];
        let veil = Veil::of(variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter());
        let told = veil.over("403: canary-of-the-test for canary-home at https://me:pw@host/x https://pat@host/ ssh://git@host/ https://host/y short");
        let expected = "403: [secret] for canary-home at https://[secret]@host/x https://[secret]@host/ ssh://git@host/ \
                        https://host/y short";
        assert_eq!(told, expected);
    }
}
