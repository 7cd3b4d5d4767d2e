// SPDX-License-Identifier: Apache-2.0

/// How large the buffers of a reading are: all readings together stay within a few megabytes.
enum ReadingBuffers {
    private static let total = 8 << 20

    /// For files: two of them fit the second-level cache, since a job reads two parts of an object at once.
    static func local(jobs: Int) -> Int { share(jobs, 256 << 10, 512 << 10) }

    /// For connections: what one call takes out of the socket need not be sent in small pieces.
    ///
    /// TLS hands over 16 KiB at a time whatever the buffer, so a large one is of less use there.
    static func network(jobs: Int, isTLS: Bool) -> Int {
        share(jobs, 128 << 10, isTLS ? 512 << 10 : 2560 << 10)
    }

    private static func share(_ jobs: Int, _ low: Int, _ high: Int) -> Int {
        min(max(total / (2 * max(1, jobs)), low), high)
    }
}
