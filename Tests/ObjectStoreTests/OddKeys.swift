// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Keys that break clients: blanks, escapes, dots and slashes, controls, look-alikes, the longest.
let oddKeys: [ObjectName] = [
    "a b", "a+b", "a%2Fb", "a%25b", "100%", "a//b", "/leading", "../up", "./here", "a/../b", "a/./b",
    "trailing/",
    "line\nbreak", "tab\there", "\u{1B}[31mred", "back\\slash", "quote\"mark", "<script>",
    "=cmd|' /C calc'!A0", "a&b;c",
    "caf\u{E9}", "cafe\u{301}", "\u{202E}gnp.exe", "\u{1F418}", "soap", "?query#fragment", "a=b&c=d",
    "~tilde-._", "*",
    "[x]{y}", "\u{7F}", "a:b@c,d", ObjectName(String(repeating: "k", count: 1024)),
]
