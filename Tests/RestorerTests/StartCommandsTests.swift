// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Testing

@testable import Restorer

@Suite("the commands that start a restored cluster")
struct StartCommandsTests {
    private static func facts(_ change: (inout StartCommands.Facts) -> Void = { _ in }) -> StartCommands.Facts
    {
        var facts = StartCommands.Facts(
            major: 15, target: "/srv/restored", becoming: "runuser -u postgres -- ", isRoot: true,
            binaries: "/usr/lib/postgresql/15/bin", hasDebianTools: true)
        change(&facts)
        return facts
    }

    @Test func `name pg_ctl of the right version, and Debian's tools in their order`() {
        let commands = StartCommands(Self.facts { $0.included = ["conf.d"] })
        #expect(
            commands.direct
                == "runuser -u postgres -- /usr/lib/postgresql/15/bin/pg_ctl -D /srv/restored -l /srv/restored/start.log start"
        )
        #expect(
            commands.debian == [
                "pg_createcluster 15 restored -d /srv/restored",
                "cp -a /srv/restored/conf.d /etc/postgresql/15/restored/",
                "chmod -R a+rX /etc/postgresql/15/restored/conf.d", "pg_ctlcluster 15 restored start",
            ])
    }

    @Test func `take a name that is free, without dashes`() {
        let taken = StartCommands(
            Self.facts {
                $0.target = "/var/lib/postgresql/15/main"
                $0.clusters = ["main", "main_restored"]
            })
        #expect(taken.debian.last == "pg_ctlcluster 15 main_restored2 start")
        #expect(
            StartCommands(Self.facts { $0.target = "/srv/a-b.c" }).debian.last
                == "pg_ctlcluster 15 a_b_c start")
    }

    @Test func `are only those that this machine has`() {
        #expect(StartCommands(Self.facts { $0.hasDebianTools = false }).debian == [])
        let elsewhere = StartCommands(Self.facts { $0.binaries = "/opt/pg/bin" })
        #expect(elsewhere.debian == [] && elsewhere.direct?.contains("/opt/pg/bin/pg_ctl") == true)
        #expect(StartCommands(Self.facts { $0.binaries = nil }).direct == nil)
        #expect(
            StartCommands(Self.facts { $0.otherPort = 5433 }).direct?.hasSuffix(" -o '-p 5433' start") == true
        )
        let user = StartCommands(Self.facts { ($0.becoming, $0.isRoot) = ("", false) })
        #expect(
            user.direct?.hasPrefix("/usr/lib") == true && user.debian[0].hasPrefix("sudo pg_createcluster"))
    }

    @Test(arguments: [
        ("/srv/plain-1.0_x", "/srv/plain-1.0_x"), ("/srv/a b", "'/srv/a b'"),
        ("/srv/it's", "'/srv/it'\\''s'"),
        ("/srv/$(x)", "'/srv/$(x)'"), ("/srv/ä", "'/srv/ä'"),
    ])
    func `are read by a shell as they are meant`(word: String, quoted: String) {
        #expect(ShellWord(word).description == quoted)
    }
}
