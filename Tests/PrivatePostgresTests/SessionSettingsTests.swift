// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PrivatePostgres

@Suite struct `What holds for a session` {
    @Test(arguments: [
        ("app", "-c a=app"), ("two words", #"-c a=two\ words"#), (#"back\slash"#, #"-c a=back\\slash"#),
        ("a\tb", "-c a=a\\\tb"), ("-c b=c", #"-c a=-c\ b=c"#), ("", "-c a="),
    ])
    func `is one setting, whatever its value holds`(_ value: String, _ text: String) {
        #expect(SessionSettings.options([("a", value)]) == text)
    }

    @Test func `is read-only and finds nothing but what is PostgreSQL's, unless it is told`() {
        var session = SessionSettings()
        let usual = SessionSettings.options(session.settings(.seconds(2)))
        #expect(usual.hasPrefix("-c search_path=pg_catalog -c statement_timeout=2000 -c lock_timeout=2000 "))
        #expect(usual.hasSuffix("-c default_transaction_read_only=on"))
        (session.role, session.readsOnly, session.lockPatience) = ("app", false, .milliseconds(50))
        let other = SessionSettings.options(session.settings(.seconds(2)))
        #expect(other.contains("lock_timeout=50 ") && other.hasSuffix("read_only=off -c role=app"))
        #expect(!other.contains("lc_messages"))
    }

    @Test func `of a superuser is in English and without foreign libraries, for its words are read`() {
        var session = SessionSettings()
        session.isSuperuser = true
        let options = SessionSettings.options(session.settings(.seconds(2)))
        #expect(
            options.hasSuffix(
                " -c session_preload_libraries= -c local_preload_libraries= -c lc_messages=C"), "\(options)")
    }
}
