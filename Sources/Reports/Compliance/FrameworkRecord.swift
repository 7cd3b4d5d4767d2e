// SPDX-License-Identifier: Apache-2.0

/// What a framework asks, and what of it is shown.
public struct FrameworkRecord: Sendable, Equatable, Encodable {
    /// What options call it.
    public var id: String
    /// As people call it.
    public var title: String
    /// Of the text that its controls are of.
    public var version: String
    /// Where that text is.
    public var source: String
    /// The team's own file that it was read from; nil for one that comes with the program.
    public var file: String?
    /// In the order of the framework.
    public var controls: [ControlRecord]
}

/// What one control asks, and what of it is shown.
public struct ControlRecord: Sendable, Equatable, Encodable {
    /// As the framework numbers it.
    public var number: String
    /// As the framework calls it.
    public var title: String
    /// What it asks, in our words.
    public var asks: String
    /// As the worst evidence of the worst store.
    public var result: ControlResult
    /// Why, a sentence each without its stop.
    public var because: [String]
    /// What of it this program cannot show.
    public var leavesOut: String
}
