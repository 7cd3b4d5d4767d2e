// SPDX-License-Identifier: Apache-2.0

extension DirectoryPosture {
    /// What is wrong with it, worst first.
    public var advice: [PostureAdvice] {
        let folders = [store] + (newestBackup.map { [$0] } ?? [])
        return (folders.filter(\.isWritableByAll).map(Self.writableByAll) + ours(folders)).worstFirst
    }

    private static func writableByAll(_ folder: FolderRights) -> PostureAdvice {
        PostureAdvice(
            .writableByAll, .error, "anybody on this machine may write in '\(folder.path)'",
            "take the right away: chmod o-w.")
    }

    /// Told once, of the folder that holds most.
    private func ours(_ folders: [FolderRights]) -> [PostureAdvice] {
        guard let folder = folders.first(where: { $0.isWritableByUs.value == true }) else { return [] }
        return [
            PostureAdvice(
                .mayWrite, .note,
                isRoot
                    ? "root verifies, and may write in '\(folder.path)'"
                    : "this user may write in '\(folder.path)'",
                "verify as a user who may only read it, or from a read-only mount.")
        ]
    }
}
