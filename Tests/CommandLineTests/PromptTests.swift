// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("the question of a restore")
struct PromptTests {
    /// Lets the program have a terminal, at which somebody types these bytes when they are asked, and no more.
    private static func typing(_ bytes: String) -> [String] {
        let script = """
            import os, pty, sys
            child, terminal = pty.fork()
            if child == 0: os.execv(sys.argv[2], sys.argv[2:])
            said = b''
            while True:
                try: more = os.read(terminal, 4096)
                except OSError: break
                if not more: break
                said += more
                if b'[y/N]' in said and sys.argv[1]:
                    os.write(terminal, sys.argv[1].encode())
                    sys.argv[1] = ''
            os.write(1, said)
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            """
        return ["python3", "-c", script, bytes]
    }

    private static let no = "nothing was changed"

    @Test(
        .timeLimit(.minutes(2)),
        arguments: [("n\n", no), ("\n", no), ("yes, but\n", no), ("\u{4}", no), ("\u{3}", "interrupted")])
    func `answered with anything but yes, changes nothing and says so`(
        typed: String, says: String
    ) async throws {
        var store = try LocalStore()
        store.binary.wrapper = Self.typing(typed)
        let target = "\(store.binary.home.path)/restored"
        let run = try await store.binary("restore", store.path, "--target", target, "--no-start")
        #expect(run.status == 130 && run.output.contains("error: "), "\(run)")
        #expect(run.output.contains(says), "\(run)")
        #expect(run.output.contains(Self.no) == (says == Self.no), "\(run)")
        #expect(!FileManager.default.fileExists(atPath: target))
    }
}
