// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// The two fonts of a document.
struct PDFFonts {
    var regular: PDFFont
    var bold: PDFFont

    init() throws(FontError) {
        (regular, bold) = (PDFFont(try .regular()), PDFFont(try .bold()))
    }

    func face(_ face: PDFPage.Face) -> TrueTypeFont { face == .bold ? bold.face : regular.face }

    mutating func written(_ signs: some Sequence<UInt16>, _ face: PDFPage.Face) -> [UInt8] {
        face == .bold ? bold.written(signs) : regular.written(signs)
    }
}

/// A document as PDF: A4, its fonts in it, real text, a list of its sections beside it, and a number on each page.
struct PDFText {
    private let document: Document
    private let made: Timestamp
    private let program: String

    /// `made` is the time that the file gives as its own.
    init(_ document: Document, made: Timestamp, by program: String) {
        (self.document, self.made, self.program) = (document, made, program)
    }

    func bytes() throws(FontError) -> [UInt8] {
        var flow = PDFFlow(try PDFFonts())
        flow.title(document.title, document.subtitle)
        for part in document.sections {
            flow.section(part.heading, before: part.blocks.first)
            for block in part.blocks { flow.add(block) }
        }
        flow.numberPages(document.title)
        return try file(flow)
    }

    private func file(_ flow: PDFFlow) throws(FontError) -> [UInt8] {
        var file = PDFFile()
        let (catalog, tree) = (file.promised(), file.promised())
        let regular = try flow.fonts.regular.add(to: &file, tag: "PGBACA")
        let bold = try flow.fonts.bold.add(to: &file, tag: "PGBACB")
        let resources = file.add("<< /Font << /R \(regular) /B \(bold) >> >>")
        let pages = flow.pages.map { page in
            let content = file.add(stream: page.content)
            return file.add("<< /Type /Page /Parent \(tree) /Resources \(resources) /Contents \(content) >>")
        }
        file.set(
            tree,
            "<< /Type /Pages /Count \(pages.count) /Kids [\(pages.map(\.description).joined(separator: " "))] /MediaBox [0 0 \(PDFFile.number(PDFPage.width)) \(PDFFile.number(PDFPage.height))] >>"
        )
        let outline = Self.outline(flow.sections, pages, &file)
        file.set(
            catalog,
            "<< /Type /Catalog /Pages \(tree) /Outlines \(outline) /PageMode /UseOutlines /Lang (en) /ViewerPreferences << /DisplayDocTitle true >> >>"
        )
        let information = file.add(information)
        return file.bytes(catalog: catalog, information: information)
    }

    private var information: String {
        let digits = made.description.prefix(19).filter(\.isNumber)
        return
            "<< /Title \(PDFFile.text(document.title)) /Subject \(PDFFile.text(InertText.shown(document.subtitle))) /Creator \(PDFFile.text(program)) /Producer \(PDFFile.text(program)) /CreationDate (D:\(digits)Z) >>"
    }

    /// Each entry knows its neighbours (12.3.3).
    private static func outline(
        _ sections: [PDFFlow.Section], _ pages: [PDFFile.Reference], _ file: inout PDFFile
    ) -> PDFFile.Reference {
        let root = file.promised()
        let entries = sections.map { _ in file.promised() }
        for (index, section) in sections.enumerated() {
            let previous = index > 0 ? "/Prev \(entries[index - 1]) " : ""
            let next = index + 1 < entries.count ? "/Next \(entries[index + 1]) " : ""
            let top = PDFFile.number(PDFPage.height - section.y)
            file.set(
                entries[index],
                "<< /Title \(PDFFile.text(InertText.shown(section.heading))) /Parent \(root) \(previous)\(next)/Dest [\(pages[section.page]) /XYZ 0 \(top) null] >>"
            )
        }
        let ends = zip(entries.prefix(1), entries.suffix(1)).map { "/First \($0) /Last \($1) " }.joined()
        file.set(root, "<< /Type /Outlines \(ends)/Count \(entries.count) >>")
        return root
    }
}
