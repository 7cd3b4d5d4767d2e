// SPDX-License-Identifier: Apache-2.0

/// Who or what started this process: a job of CI, a timer, or a person.
enum Originator {
    /// What CI systems call a job, each with the name that it is told under.
    private static let jobs = [
        ("GITHUB_RUN_ID", "GitHub Actions, run"), ("CI_JOB_ID", "GitLab CI, job"),
        ("BUILD_TAG", "Jenkins,"), ("CIRCLE_BUILD_NUM", "CircleCI, build"),
        ("BUILDKITE_BUILD_NUMBER", "Buildkite, build"),
    ]

    /// In words of one line; `user` is whose process it is.
    static func words(_ variables: Variables, user: String, process: Int32) -> String {
        for (name, words) in jobs {
            if let job = variables[name], !job.isEmpty { return "\(words) \(job.prefix(100))" }
        }
        if variables["CI"] != nil { return "a CI job, as \(user)" }
        // systemd names the process that it started; its children inherit the rest (systemd.exec(5)).
        if variables["SYSTEMD_EXEC_PID"] == String(process) { return "systemd, as \(user)" }
        if variables["KUBERNETES_SERVICE_HOST"] != nil { return "Kubernetes, as \(user)" }
        return user
    }
}
