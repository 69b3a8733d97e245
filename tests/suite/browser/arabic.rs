//! A tenant whose pages read from right to left, in Arabic, with an English version.

use tenantry_testkit::{Tree, Workspace};

use crate::repository::root;

/// The tenant, on a path of its host, and a theme that lacks nothing but the words in Arabic.
const TENANT: &str = r##"
//- /themes/medina/theme.toml
name = "Medina"
extends = "charter"
//- /themes/medina/strings/ar.toml
skip = "انتقل إلى المحتوى"
navigation = "القائمة الرئيسية"
languages = "اللغات"
breadcrumb = "مسار التصفح"
toc = "في هذه الصفحة"
updated = "آخر تحديث"
fallback = "لم تترجم هذه الصفحة بعد، وهي معروضة بلغتها الأصلية:"
footer = "تذييل الصفحة"
manage_cookies = "إدارة ملفات تعريف الارتباط"
address = "عنوان هذه الصفحة:"
//- /sites/group.toml
theme = "medina"
languages = ["ar", "en"]
//- /sites/qasr/site.toml
name = "بلدية القصر"
base_url = "https://www.qasr.example/legal"
params.manage_cookies = "https://www.qasr.example/legal/cookies/#choices"
params.footer_note = { ar = "سجل تجاري رقم 12345", en = "Company number 12345" }
//- /sites/qasr/cookies.toml
[provider.qasr]
name = "بلدية القصر"

[cookie.qasr.session_id]
category = "necessary"
service = { ar = "تسجيل الدخول", en = "Sign-in" }
purpose = { ar = "يتذكر المستخدم من صفحة إلى أخرى.", en = "Remembers the user from page to page." }
duration = "14 days"

[cookie.qasr._pk_id]
category = "analytics"
service = { ar = "قياس الجمهور", en = "Audience measurement" }
purpose = { ar = "يعد الزيارات بواسطة Matomo.", en = "Counts visits with Matomo." }
duration = "13 months"

[table.all]
title = { ar = "ملفات تعريف الارتباط المستخدمة", en = "Cookies in use" }
intro = { ar = "نستخدم ملفين فقط.", en = "We use two only." }
columns = ["name", "provider", "service", "purpose"]
rows = ["qasr/session_id", "qasr/_pk_id"]
label.name = { ar = "الاسم", en = "Name" }
label.provider = { ar = "المزود", en = "Provider" }
label.service = { ar = "الخدمة", en = "Service" }
label.purpose = { ar = "الغرض", en = "Purpose" }
//- /sites/qasr/content/index.ar.md
+++
title = "الصفحات القانونية"
updated = 2026-11-20
+++
تعرض هذه الصفحات ما يحق لكم معرفته عن موقع {{ site.base_url }} الذي تنشره {{ tenant.name }}.

- [ملفات تعريف الارتباط](page:cookies): ما يحفظ في متصفحكم، ولماذا.
//- /sites/qasr/content/index.en.md
+++
title = "Legal pages"
updated = 2026-11-20
+++
These pages tell what you may know about {{ site.base_url }}, which {{ tenant.name }} publishes.

- [Cookies](page:cookies): what is kept in your browser, and why.
//- /sites/qasr/content/cookies.ar.md
+++
title = "ملفات تعريف الارتباط"
description = "ما يحفظه هذا الموقع في متصفحكم، ولماذا."
nav = 1
+++
## ما هو ملف تعريف الارتباط؟

ملف نصي صغير يحفظه الموقع (مثل `session_id`) في متصفحكم لمدة 14 يوما.

## الملفات المستخدمة

{{ cookie_tables() }}

## خياراتكم {#choices}

يمكنكم تغيير رأيكم في أي وقت: [أعلى الصفحة](#الملفات-المستخدمة).

1. افتحوا إعدادات المتصفح.
2. احذفوا الملفات.

> تسري هذه السياسة على https://www.qasr.example وحده.
//- /sites/qasr/content/cookies.en.md
+++
title = "Cookies"
description = "What this site keeps in your browser, and why."
nav = 1
+++
## What is a cookie?

A small text that a site, here that of {{ tenant.name }}, keeps in your browser.

## Cookies in use

{{ cookie_tables() }}

## Your choices {#choices}

You may change your mind [at any time](#cookies-in-use).
"##;

/// The tenant's id and the path that it is published at.
pub(crate) const QASR: (&str, &str) = ("qasr", "/legal/");

/// The workspace, with the theme that ships as the other's ground.
pub(crate) fn workspace() -> Workspace {
    let workspace = with_charter();
    workspace.add_text(TENANT);
    workspace
}

/// A workspace with nothing but a copy of the theme that ships.
pub(crate) fn with_charter() -> Workspace {
    let workspace = Workspace::empty();
    for (path, entry) in Tree::read(root().join("themes/charter")).entries {
        workspace.write_bytes(&format!("themes/charter/{path}"), &entry.bytes);
    }
    workspace
}
