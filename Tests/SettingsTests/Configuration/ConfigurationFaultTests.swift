// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Testing
import YAML

@testable import Settings

@Suite struct `What is wrong with a configuration` {
    private static let shop = "stores:\n  shop:\n    location: s3://b\n"
    private static let mail =
        "notify:\n  - on: [incident]\n    mail: { to: [a@b], from: a@b, server: smtps://h, "

    /// A text, the place of what is wrong with it, words of the fault, and of the hint.
    static let wrong: [(text: String, line: Int?, column: Int?, words: String, hint: String)] = [
        ("", nil, nil, "it is empty", "confs/pg_backctl.yaml"),
        ("a: [", 2, 1, "it is no YAML", "indentation"),
        ("[1]", 1, 1, "the file has keys and values", "such as"),
        ("histroy: /x\n", 1, 1, "no key 'histroy'", "is 'history' meant?"),
        ("history: x\n", 1, 10, "'history': a full path wanted, found 'x'", "begins with '/'"),
        (
            shop + "    endpont: https://x\n", 4, 5, "store 'shop' has no key 'endpont'",
            "is 'endpoint' meant?"
        ),
        (shop + "  shop:\n    location: /x\n", 2, 3, "'shop' stands there twice", "leave one"),
        ("stores:\n  shop: {}\n", 2, 9, "lacks the key 'location'", "add it"),
        ("stores: [shop]\n", 1, 9, "'stores' has keys and values", "such as"),
        ("stores:\n  a b: { location: /x }\n", 2, 3, "a name of up to 63", "such as"),
        ("stores:\n  a: { location: ftp://x }\n", 2, 18, "a location wanted, found 'ftp://x'", "s3://bucket"),
        ("stores:\n  a: { location: backups }\n", 2, 18, "a location wanted", "full path"),
        (
            "stores:\n  a: { location: /x, endpoint: https://h }\n", 2, 6, "which has no endpoint",
            "leave them out"
        ),
        (shop + "    endpoint: s3.example.com\n", 4, 15, "'endpoint': an address with https://", "such as"),
        (shop + "    region: EU West\n", 4, 13, "a region wanted", "eu-central-1"),
        (
            shop + "    credentials: { env-file: /x, profile: y }\n", 4, 18, "are one of env-file, profile",
            "leave one"
        ),
        (shop + "    credentials: {}\n", 4, 18, "are one of env-file, profile", "leave one"),
        (
            shop + "    prove: { all: { inspeted: 1d } }\n", 4, 21, "no key 'inspeted'",
            "is 'inspected' meant?"
        ),
        (shop + "    prove: { sample: { within: 1d } }\n", 4, 22, "names no level", "restored: 90d"),
        (
            shop + "    expect: { every: 1d, by: 03:00 }\n", 4, 30, "in quotes wanted, found '03:00'",
            "without quotes"
        ),
        (shop + "    expect: { every: 1d, by: '24:00' }\n", 4, 30, "a time of day wanted", "23:59"),
        (
            shop + "    expect: { every: 1d, zone: CEST }\n", 4, 32, "a time zone wanted, found 'CEST'",
            "Europe/Paris"
        ),
        (shop + "    expect: { by: '03:00' }\n", 4, 13, "lacks the key 'every'", "add it"),
        (shop + "    expect: { every: 1d, at-least: 0 }\n", 4, 36, "a number from 1 to", "digits"),
        (shop + "    keep: { days: -1 }\n", 4, 19, "a number from 0 to 10000 wanted, found '-1'", "digits"),
        (shop + "    keep: { days: '1' }\n", 4, 19, "a number from 0 to 10000", "without quotes"),
        (
            shop + "    trial: { runtime: dokcer }\n", 4, 23, "one of local, docker wanted",
            "is 'docker' meant?"
        ),
        (shop + "    trial: { runtime: local, image: x }\n", 4, 12, "and runs locally", "runtime: docker"),
        (
            shop + "    trial: { runtime: local, limits: { memory: 64MiB } }\n", 4, 12,
            "less memory than they begin with", "256MiB"
        ),
        (shop + "    trial: { limits: { memory: 1MiB } }\n", 4, 32, "at least 16MiB wanted", "2GiB"),
        (shop + "    trial: { limits: { cpus: 1e9 } }\n", 4, 30, "a number from 0.01 to 4096", "0.5"),
        (shop + "    requester-pays: yes\n", 4, 21, "true or false wanted, found 'yes'", "without quotes"),
        (shop + "    copies: [shp]\n", 4, 14, "there is no store 'shp'", "is 'shop' meant?"),
        (shop + "    copies: shop\n", 4, 13, "'copies' is a list, not 'shop'", "such as"),
        (shop + "    wal-archive: other\n", 4, 18, "there is no store 'other'", "those there are: shop."),
        ("schedule: { name: a }\n", 1, 11, "'schedule' is a list", "begins with '- '"),
        ("schedule:\n  - { name: a }\n", 2, 5, "one of the keys 'cron' and 'on'", "new-backup"),
        (
            "schedule:\n  - { name: a, cron: x, on: new-backup }\n", 2, 5, "one of the keys 'cron' and 'on'",
            "new-backup"
        ),
        ("schedule:\n  - { cron: x }\n", 2, 5, "lacks the key 'name'", "add it"),
        (
            "schedule:\n  - { name: a, cron: x, stores: [b] }\n", 2, 34, "there is no store 'b'",
            "none has a name"
        ),
        ("schedule:\n  - { name: a, cron: x, missed: never }\n", 2, 33, "one of run-once, skip", "write one"),
        (
            "schedule:\n  - { name: a, cron: x, budget: { jobs: 65 } }\n", 2, 41, "a number from 1 to 64",
            "digits"
        ),
        (
            "schedule:\n  - { name: a, cron: x }\n  - { name: a, cron: y }\n", 3, 13,
            "another entry of 'schedule' has the name 'a'", "its own"
        ),
        ("notify:\n  - on: [incident]\n", 2, 5, "one of the keys webhook, mail", "an entry of each"),
        ("notify:\n  - webhook: { url: https://h }\n", 2, 5, "lacks the key 'on'", "incident"),
        (
            "notify:\n  - ping: { url: https://h }\n    on: [incident]\n", 2, 5, "takes no 'on'",
            "leave 'on' out"
        ),
        (
            "notify:\n  - ping: { url: https://h }\n    schedule: x\n", 3, 15, "no entry of 'schedule' 'x'",
            "none"
        ),
        ("notify:\n  - command: { run: page }\n    on: [incident]\n", 2, 21, "by its full path", "no shell"),
        (
            "notify:\n  - command: { run: [/x] }\n    on: [incidnt]\n", 3, 10, "one of incident",
            "is 'incident' meant?"
        ),
        (mail + "user: env:U }\n", 3, 11, "has one of 'user' and 'password'", "both"),
        ("serve: { listen: 0.0.0.0:9187 }\n", 1, 8, "there is no 'token'", "add token"),
        ("serve: { listen: 9187 }\n", 1, 18, "a host and a port wanted", "127.0.0.1:9187"),
        ("serve: { listen: 127.0.0.1:99999 }\n", 1, 18, "a host and a port wanted", "127.0.0.1:9187"),
        (
            "reports:\n  - { name: a, cron: x, output: /x, formats: [doc] }\n", 2, 47, "one of html, pdf",
            "write one"
        ),
        ("defaults: { prove: { every: 1d } }\n", 1, 22, "no key 'every'", "those there are"),
    ]

    @Test(arguments: wrong.indices) func `is told with its place and what to do`(_ index: Int) throws {
        let (text, line, column, words, hint) = Self.wrong[index]
        let faults = `The configuration`.reading(text).faults
        let fault = try #require(faults.first)
        #expect(faults.count == 1, "\(faults)")
        #expect(
            fault.place == line.flatMap { line in column.map { TextPlace(line: line, column: $0) } },
            "\(fault)")
        #expect(fault.reason.contains(words), "\(fault)")
        #expect(fault.hint.contains(hint), "\(fault)")
    }

    @Test func `is told all at once, in the order of the file`() throws {
        let reading = `The configuration`.reading(
            "histry: /a\n" + Self.shop
                + "    rate: 50\n    region: X\nserve: { listen: 1 }\nmetrics-file: x\n")
        #expect(reading.faults.map(\.place?.line) == [1, 5, 6, 7, 8])
        let error = #expect(throws: ConfigurationError.self) { try reading.checked() }
        #expect(error?.exitStatus == .usage)
        #expect(
            error?.message == "'c.yaml', line 1, column 1: the file has no key 'histry', and 4 other faults")
    }

    /// Ways to write a secret into the file.
    static let written: [String] = [
        mail + "user: env:U, password: CANARY }\n", mail + "user: CANARY, password: env:P }\n",
        mail + "user: env:U, password:CANARY }\n", mail + "user: env:U, password: [CANARY] }\n",
        "notify:\n  - on: [incident]\n    webhook: { url: 'https://u:CANARY@h/', secret: env:S }\n",
        "notify:\n  - on: [incident]\n    webhook: { url: 'h/CANARY', secret: env:S }\n",
        "notify:\n  - on: [incident]\n    webhook: { url: env:U, secret: CANARY }\n",
        "serve: { listen: 127.0.0.1:1, token: CANARY }\n", shop + "    proxy: http://u:CANARY@h:3128\n",
        shop + "    endpoint: https://u:CANARY@h\n", shop + "    credentials: { secret-key: CANARY }\n",
        shop + "    credentials: { secret-key=CANARY }\n", shop + "    secret: CANARY\n",
        "notify:\n  - on: [incident]\n    mail: { to: [a@b], from: a@b, server: 'smtps://u:CANARY@h' }\n",
        "serve: { listen: 127.0.0.1:1, token: file:CANARY }\n",
        "serve: { listen: 127.0.0.1:1, token: env:CANARY-1 }\n",
    ]

    @Test(arguments: written) func `never shows a secret that stands in the file`(_ text: String) {
        let faults = `The configuration`.reading(text).faults
        #expect(!faults.isEmpty)
        for fault in faults { #expect(!"\(fault)".contains("CANARY"), "\(fault)") }
    }
}
