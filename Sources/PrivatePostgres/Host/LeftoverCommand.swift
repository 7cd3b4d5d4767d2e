// SPDX-License-Identifier: Apache-2.0
import Files
import Glibc

/// Ends what a command of the user's has started and that outlived it.
///
/// All of it inherits a word of the environment, into whatever session or group of processes it goes.
public enum LeftoverCommand {
    private static let variable = "PG_BACKCTL_SERVER"
    private static let mostRounds = 50

    /// What is added to the environment of a command; `scratch` is the directory of the server that it is for.
    static func mark(_ scratch: String) -> [String: String] { [variable: scratch] }

    /// Ends everything that commands for a server have left; returns when there is none, or when it cannot be ended.
    ///
    /// `scratch` is the directory of that server, an absolute path.
    public static func end(of scratch: String) {
        let word = Array("\(variable)=\(scratch)".utf8)
        // What is ended may just have started something.
        for _ in 0..<mostRounds {
            let left = ((try? ProcessStatus.all()) ?? []).filter { $0.environment.contains(word[...]) }
            guard !left.isEmpty else { return }
            for process in left where process.isRunning() { kill(process.identifier, SIGKILL) }
            usleep(10_000)
        }
    }
}
