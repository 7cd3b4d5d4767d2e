// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Paths as they are typed.
enum Paths {
    /// From the working directory on, without `.` and `..`; links are left as they are.
    static func absolute(_ path: String) -> String {
        let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        var parts: [Substring] = []
        for part in whole.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// A store's location as it holds from every working directory.
    static func location(_ location: String) -> String {
        location.hasPrefix("s3://") ? location : absolute(location)
    }
}
