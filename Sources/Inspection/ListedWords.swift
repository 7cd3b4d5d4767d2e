// SPDX-License-Identifier: Apache-2.0

extension Array<String> {
    /// For a message: the first ten, and how many more there are.
    ///
    /// What a store claims can be of any length.
    var listed: String {
        let shown = prefix(10).joined(separator: ", ")
        return count > 10 ? "\(shown) and \(count - 10) more" : shown
    }
}
