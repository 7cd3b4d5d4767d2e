// SPDX-License-Identifier: Apache-2.0

/// A drawing of rectangles, lines and words, which every format with pictures draws in its own way.
///
/// Shapes differ in more than their colour, so that they are told apart in grey.
struct Picture: Sendable, Equatable {
    /// What it shows, for those who do not see it: the figures themselves.
    var alternative: String
    var title: String
    /// In units of a hundredth of the width of the page.
    var width: Double
    var height: Double
    var shapes: [Shape]

    /// What something stands for.
    enum Tone: String, Sendable, Equatable { case best, good, middling, bad, none, ink, faint }

    enum Shape: Sendable, Equatable {
        case box(x: Double, y: Double, width: Double, height: Double, Tone)
        case line(x: Double, y: Double, toX: Double, toY: Double, Tone, isDashed: Bool)
        /// The point is on the base line, at the left, or in the middle.
        case words(x: Double, y: Double, String, isCentred: Bool)
    }
}
