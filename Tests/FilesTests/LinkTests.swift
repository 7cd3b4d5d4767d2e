// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Glibc
import Testing

@testable import Files

@Suite struct `A link in a directory` {
    /// What can be asked of a name; each must look at the link and not at what it leads to.
    enum Ask: String, CaseIterable {
        case bytes, passage, folder, change, create, lock
    }

    private static func ask(_ ask: Ask, of name: String, in folder: borrowing FileDescriptor) -> Int32 {
        code { () throws(SystemError) in
            switch ask {
            case .bytes: _ = try FileDescriptor(name.utf8, in: folder, for: .bytes)
            case .passage: _ = try FileDescriptor(name.utf8, in: folder, for: .passage)
            case .folder: _ = try FileDescriptor(folder: name.utf8, in: folder)
            case .change: _ = try FileDescriptor(changing: name.utf8, in: folder)
            case .create: _ = try FileDescriptor(creating: name.utf8, in: folder)
            case .lock: _ = try FileLock(name.utf8, in: folder)
            }
        }
    }

    @Test(arguments: Ask.allCases) func `is never followed`(_ ask: Ask) throws {
        let folder = try Folder()
        try folder.makeFolder("inside")
        try folder.write("file")
        let isOfFolders = ask == .passage || ask == .folder
        try folder.makeLink("link", to: isOfFolders ? "inside" : "file")
        let refusal = Self.ask(ask, of: "link", in: folder.descriptor)
        #expect([ELOOP, ENOTDIR, EEXIST].contains(refusal), "\(SystemError(code: refusal).text)")
        #expect(try folder.text("file") == "text")
    }

    @Test(arguments: [Ask.create, .lock]) func `to nowhere makes nothing there`(_ ask: Ask) throws {
        let folder = try Folder()
        try folder.makeLink("link", to: "nowhere")
        #expect([ELOOP, EEXIST].contains(Self.ask(ask, of: "link", in: folder.descriptor)))
        #expect(try folder.names() == ["link"])
    }

    @Test func `is not followed on the way to a file either`() throws {
        let folder = try Folder()
        try folder.write("real/deep/file")
        try folder.makeLink("real/deep/link", to: "file")
        try folder.makeLink("away", to: "real")
        #expect(try folder.descriptor.content(of: "real/deep/file") == Array("text".utf8))
        for path in ["away/deep/file", "real/deep/link"] {
            #expect(throws: SystemError.self, "\(path)") { try folder.descriptor.content(of: path) }
        }
    }

    @Test func `is the last name of a path only for those who allow it`() throws {
        let folder = try Folder()
        try folder.makeFolder("inside")
        try folder.makeLink("link", to: "inside")
        let (link, inside) = ("\(folder.path)/link", "\(folder.path)/inside")
        #expect(try FileDescriptor(folderAt: link).place() == inside)
        #expect(try FileDescriptor(directory: link).place() == inside)
        #expect(code { () throws(SystemError) in _ = try FileDescriptor(folderItselfAt: link) } == ENOTDIR)
        #expect(try FileDescriptor(folderItselfAt: inside).place() == inside)
    }

    @Test func `has a status and an owner of its own`() throws {
        let folder = try Folder()
        try folder.write("file", "longer than the link")
        try folder.makeLink("link", to: "file")
        let status = try folder.descriptor.status(of: "link".utf8)
        #expect(status.kind == .link)
        #expect(status.validators.size == 4)
        // Nobody but root may give anything away, but to whom it belongs already.
        try folder.descriptor.setOwner(of: "link".utf8, geteuid(), getegid())
        try folder.makeLink("broken", to: "nowhere")
        try folder.descriptor.setOwner(of: "broken".utf8, geteuid(), getegid())
    }

    @Test func `goes with the tree that it is in, and what it leads to stays`() throws {
        let folder = try Folder()
        try folder.write("kept/file")
        try folder.write("gone/deep/file")
        try folder.makeLink("gone/link", to: "../kept")
        try folder.makeLink("gone/deep/link", to: "\(folder.path)/kept/file")
        try folder.descriptor.removeTree("gone".utf8)
        #expect(try folder.names() == ["kept"])
        #expect(try folder.text("kept/file") == "text")
        try folder.makeLink("link", to: "kept")
        try folder.descriptor.removeTree("link".utf8)
        #expect(try folder.names() == ["kept"])
        #expect(try folder.text("kept/file") == "text")
    }

    @Test func `does not lead an open directory astray that it takes the place of`() throws {
        let folder = try Folder()
        try folder.write("here/file", "ours")
        try folder.write("there/file", "theirs")
        let open = try FileDescriptor(folder: "here".utf8, in: folder.descriptor)
        try folder.descriptor.rename("here".utf8, to: "moved".utf8, in: folder.descriptor)
        try folder.makeLink("here", to: "there")
        #expect(try open.content(of: "file") == Array("ours".utf8))
        try FileDescriptor(creating: "new".utf8, in: open).write("text".utf8.span.bytes)
        #expect(try folder.text("moved/new") == "text")
        #expect(try folder.text("there/new") == nil)
    }
}
