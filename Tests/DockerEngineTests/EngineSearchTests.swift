// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Testing

@testable import DockerEngine

@Suite struct `The engine that is meant` {
    private func answer(
        _ environment: [String: String], files: [String: String] = [:]
    ) throws(EngineError) -> EngineSearch.Answer {
        try EngineSearch(environment: environment) { path in files[path].map { Array($0.utf8) } }.answer()
    }

    private func told(_ socket: String) throws -> EngineSearch.Answer {
        .told(try EngineAddress(socket: socket))
    }

    /// Docker names the folder by the digest of the context's name: `printf work | sha256sum`.
    private static let ofWork =
        "contexts/meta/00e13ed7af55b27622f1d6eab5bec0147e68efe28dc2b12461117afa1a5ed40e/meta.json"

    @Test func `is the one of DOCKER_HOST, whatever else is said`() throws {
        let found = try answer(
            ["DOCKER_HOST": "unix:///a/b.sock", "DOCKER_CONTEXT": "work", "HOME": "/h"],
            files: ["/h/.docker/config.json": "rubbish"])
        #expect(found == (try told("/a/b.sock")))
    }

    @Test(arguments: [
        "tcp://10.0.0.1:2375", "ssh://me:secret@host", "npipe:////./pipe/docker_engine", "http://x",
        "/a/b.sock",
        "unix://", "unix://relative", "unix:///\(String(repeating: "x", count: 107))", "fd://",
    ])
    func `is refused when it is no socket of this machine`(host: String) throws {
        let error = #expect(throws: EngineError.self) { try answer(["DOCKER_HOST": host]) }
        #expect(kind(of: error) == "unsupported")
        #expect(error?.exitStatus == .usage)
        #expect(error?.hints.isEmpty == false)
        #expect(error?.message.contains("secret") == false)
    }

    @Test(arguments: [["DOCKER_CONTEXT": "work"], [:]])
    func `is that of the context in use`(variables: [String: String]) throws {
        let files = [
            "/h/.docker/config.json": #"{"auths": {}, "currentContext": "work"}"#,
            "/h/.docker/\(Self.ofWork)":
                #"{"Name":"work","Metadata":{},"Endpoints":{"docker":{"Host":"unix:///run/user/7/docker.sock","SkipTLSVerify":false}}}"#,
        ]
        let found = try answer(variables.merging(["HOME": "/h"]) { $1 }, files: files)
        #expect(found == (try told("/run/user/7/docker.sock")))
    }

    @Test func `is looked for where DOCKER_CONFIG says`() throws {
        let error = #expect(throws: EngineError.self) {
            try answer(
                ["DOCKER_CONFIG": "/c", "HOME": "/h"],
                files: ["/c/config.json": #"{"currentContext": "gone"}"#])
        }
        #expect(error?.message == "the docker context 'gone' cannot be used: there is none of that name")
    }

    @Test(arguments: ["{", "[]", #"{"currentContext": 7}"#])
    func `is not guessed when docker's own file cannot be read`(text: String) {
        #expect(throws: EngineError.self) {
            try answer(["HOME": "/h"], files: ["/h/.docker/config.json": text])
        }
    }

    @Test(arguments: [
        ["HOME": "/h"], ["HOME": "/h", "DOCKER_CONTEXT": "default"], ["HOME": "/h", "DOCKER_HOST": ""],
    ])
    func `is at one of the usual places when nobody said`(variables: [String: String]) throws {
        let places = ["/var/run/docker.sock", "/run/podman/podman.sock"]
        let files = ["/h/.docker/config.json": #"{"currentContext": "default"}"#]
        let found = try answer(variables, files: files)
        #expect(try found == .usual(places.map { try EngineAddress(socket: $0) }))
    }

    @Test func `is one's own before the machine's, and Docker before Podman`() throws {
        let places = [
            "/run/user/7/docker.sock", "/var/run/docker.sock", "/run/user/7/podman/podman.sock",
            "/run/podman/podman.sock",
        ]
        let found = try answer(["XDG_RUNTIME_DIR": "/run/user/7"])
        #expect(try found == .usual(places.map { try EngineAddress(socket: $0) }))
    }
}

@Suite struct `A version of the API` {
    @Test(arguments: [("1.41", 1, 41), ("1.24", 1, 24), ("2.0", 2, 0)])
    func `is read`(text: String, major: Int, minor: Int) {
        #expect(APIVersion(text) == APIVersion(major, minor))
    }

    @Test(arguments: ["", "1", "1.", ".1", "1.4.1", "1.x", "-1.2", "1.+4", "1.12345", "v1.41", "1. 4"])
    func `is not read from what is none`(text: String) { #expect(APIVersion(text) == nil) }

    @Test(
        arguments: [
            (nil, "1.41", "1.41"), ("1.12", "1.41", "1.41"), ("1.24", "1.51", "1.47"),
            ("1.44", "1.52", "1.47"),
            ("1.47", "1.60", "1.47"), ("1.48", "1.60", nil), (nil, "1.24", nil), (nil, "1.25", "1.25"),
        ] as [(String?, String, String?)])
    func `is the highest that both sides speak`(lowest: String?, highest: String, common: String?) throws {
        let found = APIVersion.common(
            lowest: lowest.flatMap { APIVersion($0) }, highest: try #require(APIVersion(highest)))
        #expect(found?.description == common)
    }
}

@Suite struct `The name of an image` {
    @Test(
        arguments: [
            ("postgres", "postgres", "latest", nil), ("postgres:15", "postgres", "15", nil),
            ("host:5000/team/pg", "host:5000/team/pg", "latest", nil),
            ("host:5000/team/pg:18-alpine", "host:5000/team/pg", "18-alpine", nil),
            ("pg@sha256:ab", "pg", nil, "sha256:ab"), ("pg:15@sha256:ab", "pg", nil, "sha256:ab"),
        ] as [(String, String, String?, String?)])
    func `has a repository, and a tag or a digest`(
        text: String, repository: String, tag: String?, digest: String?
    ) {
        let name = ImageName(text)
        #expect(name?.repository == repository && name?.tag == tag && name?.digest == digest)
    }

    @Test(arguments: [
        "", ":15", "a b", "a//b", "/a", "a/", "../a", "a/../b", "a@", "a:", "a@b@c", "a?x=1", "a%2F", "a\n",
        "ü",
        String(repeating: "a", count: 513),
    ])
    func `is nothing else`(text: String) { #expect(ImageName(text) == nil) }
}
