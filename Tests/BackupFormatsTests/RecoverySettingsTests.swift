// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Testing

@Suite struct RecoverySettingsTests {
    @Test(arguments: [
        "primary_conninfo = 'user=replicator host=10.0.0.1'\n",
        "primary_conninfo = 'password=it''s'\nprimary_slot_name = 'standby_1'\n",
        "primary_conninfo = 'a\\\\b'\n", "primary_conninfo = ''\n",
    ])
    func `what pg_basebackup appends is recognised`(text: String) {
        #expect(RecoverySettings.areAll(of: Array(text.utf8)))
    }

    @Test(arguments: [
        "", "\n", "primary_conninfo = 'a'", "restore_command = 'rm -rf /'\n",
        "primary_conninfo = 'a'\nrestore_command = 'x'\n", "primary_conninfo = 'a' \n",
        "primary_conninfo = 'a'b'\n",
        "primary_conninfo = 'a\\'\n", "primary_conninfo = 'a'\r\n", " primary_conninfo = 'a'\n",
        "primary_conninfo = 'a'\n\n", "primary_conninfo='a'\n", "primary_conninfo = '\n",
        "primary_conninfo = 'a\0'\n",
        "include = '/tmp/x'\n",
    ])
    func `anything else is refused`(text: String) {
        #expect(!RecoverySettings.areAll(of: Array(text.utf8)))
    }
}
