// SPDX-License-Identifier: Apache-2.0

/// A picture as SVG inside of HTML, with its words for those who do not see it.
struct SVGText {
    private let picture: Picture

    init(_ picture: Picture) { self.picture = picture }

    var text: String {
        let shapes = picture.shapes.map(Self.shape).joined()
        return
            "<figure tabindex=\"0\"><figcaption>\(HTMLText.inline(picture.title))</figcaption><svg viewBox=\"0 0 \(Self.number(picture.width)) \(Self.number(picture.height))\" role=\"img\" aria-label=\"\(HTMLText.inline(picture.alternative))\">\(shapes)</svg></figure>"
    }

    private static func shape(_ shape: Picture.Shape) -> String {
        switch shape {
        case .box(let x, let y, let width, let height, let tone):
            "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\" class=\"\(tone.rawValue)\"/>"
        case .line(let x, let y, let toX, let toY, let tone, let isDashed):
            "<line x1=\"\(number(x))\" y1=\"\(number(y))\" x2=\"\(number(toX))\" y2=\"\(number(toY))\" class=\"\(tone.rawValue)\"\(isDashed ? " stroke-dasharray=\"1 .7\"" : "")/>"
        case .words(let x, let y, let words, let isCentred):
            "<text x=\"\(number(x))\" y=\"\(number(y))\"\(isCentred ? " text-anchor=\"middle\"" : "")>\(HTMLText.inline(words))</text>"
        }
    }

    /// In hundredths: on every machine the same digits.
    private static func number(_ value: Double) -> String {
        let hundredths = Int((min(max(value.isFinite ? value : 0, -1e6), 1e6) * 100).rounded())
        let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
        let digits = abs(rest) < 10 ? "0\(abs(rest))" : "\(abs(rest))"
        return "\(hundredths < 0 && whole == 0 ? "-" : "")\(whole).\(digits)"
    }
}
