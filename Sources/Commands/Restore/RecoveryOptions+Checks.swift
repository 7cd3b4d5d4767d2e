// SPDX-License-Identifier: Apache-2.0
import Restorer

extension RecoveryOptions {
    /// What `--check` asks; a copy that stays is asked nothing that adds to it.
    func questions(jobs: Int) throws -> ClusterQuestions? {
        guard check else {
            guard checkLimit.checkLimit == nil else {
                throw CommandError.usage(
                    "--check-limit bounds what --check asks", hint: "add --check, or leave it out.")
            }
            return nil
        }
        guard !noStart, !standby else {
            throw CommandError.usage(
                "--check asks a server that the restore starts itself",
                hint: "leave out --no-start or --standby.")
        }
        var checks = BuiltInChecks()
        (checks.keepsCopy, checks.jobs, checks.limit) = (true, jobs, try checkLimit.duration)
        return ClusterQuestions(checks)
    }
}
