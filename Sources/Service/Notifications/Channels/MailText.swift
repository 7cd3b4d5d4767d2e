// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// A message as a mail: headers and body, to be handed to a mail server.
///
/// What came from a store stands in the subject and in the body, encoded: none of it can end a line of the headers.
struct MailText {
    let bytes: [UInt8]

    /// Addresses were checked before: they go into headers as they are.
    init(_ message: Message, from sender: String, to recipients: [String]) {
        let headers = [
            "From: pg_backctl <\(sender)>",
            "To: \(recipients.map { "<\($0)>" }.joined(separator: ",\r\n "))",
            "Subject: \(EncodedWords.text(message.subject))",
            "Date: \(Self.date(message.written))",
            "Message-ID: <\(Self.token(message.id))@\(sender.split(separator: "@").last ?? "localhost")>",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
            // Out-of-office replies and the like are for people who write.
            "Auto-Submitted: auto-generated",
            "X-Pg-Backctl-Occasion: \(message.occasion.rawValue)",
        ]
        let head = headers.joined(separator: "\r\n") + "\r\n\r\n"
        bytes = Array((head + QuotedPrintable.text(message.text + Self.witnessed(message))).utf8)
    }

    /// Whoever keeps the mail can show later which records there were.
    private static func witnessed(_ message: Message) -> String {
        message.checkpoint.map {
            "\n\nKeep this mail: it is a witness of the history (docs/evidence.md).\n\n\($0)"
        } ?? ""
    }

    /// RFC 5322, section 3.3: `Mon, 02 Nov 2026 03:00:00 +0000`.
    private static func date(_ time: Timestamp) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        // 1970 began on a Thursday.
        let day = Int((time.seconds - ((time.seconds % 86_400) + 86_400) % 86_400) / 86_400)
        let fields = time.calendar
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        return "\(days[((day % 7) + 7) % 7]), \(two(fields.day)) \(months[fields.month - 1]) \(fields.year)"
            + " \(two(fields.hour)):\(two(fields.minute)):\(two(fields.second)) +0000"
    }

    /// What may stand in a Message-ID.
    private static func token(_ id: String) -> String {
        String(id.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "-" })
    }
}

/// RFC 2047: text in a header, in ASCII and on lines of bounded length.
enum EncodedWords {
    /// As it is where that is safe, else in encoded words.
    static func text(_ text: String) -> String {
        let line = PlainWords.line(text)
        let isSafe =
            line.utf8.count <= 60 && !line.contains("=?")
            && line.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        return isSafe ? line : words(line).joined(separator: "\r\n ")
    }

    /// Each holds whole characters and leaves room for the header's name on a line of 76 bytes.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        for scalar in text.unicodeScalars {
            let next = encoded(scalar)
            if word.utf8.count + next.utf8.count > 52 {
                words.append(word)
                word = ""
            }
            word += next
        }
        return (words + [word]).map { "=?utf-8?Q?\($0)?=" }
    }

    private static func encoded(_ scalar: Unicode.Scalar) -> String {
        if scalar == " " { return "_" }
        let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
        return isPlain ? String(scalar) : QuotedPrintable.escape(scalar)
    }
}

/// RFC 2045, section 6.7: a body of short lines in ASCII that still can be read.
enum QuotedPrintable {
    /// Every line ends with CR LF.
    static func text(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line(String($0)) }
            .joined(separator: "\r\n") + (text.hasSuffix("\n") ? "" : "\r\n")
    }

    /// The bytes of a character, each as `=` and two digits.
    static func escape(_ scalar: Unicode.Scalar) -> String {
        String(scalar).utf8.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return "=" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }

    private static func line(_ text: String) -> String {
        var (lines, line) = ([String](), "")
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            let isLast = index == scalars.count - 1
            let next = isPlain(scalar, atStart: line.isEmpty, atEnd: isLast) ? String(scalar) : escape(scalar)
            if line.utf8.count + next.utf8.count > 75 {
                lines.append(line + "=")
                line = ""
            }
            line += next
        }
        return (lines + [line]).joined(separator: "\r\n")
    }

    /// A blank at the end would be lost, and a dot at the start could end the mail.
    private static func isPlain(_ scalar: Unicode.Scalar, atStart: Bool, atEnd: Bool) -> Bool {
        switch scalar {
        case "=": false
        case " ": !atEnd
        case ".": !atStart
        default: scalar.value > 0x20 && scalar.value < 0x7F
        }
    }
}
