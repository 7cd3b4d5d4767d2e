// SPDX-License-Identifier: Apache-2.0

/// Why a run ends before every backup has its verdict.
enum EarlyEnd: Error {
    case interrupted
    /// The history failed, or something else that no verdict may hide.
    case failed(any Error)
}
