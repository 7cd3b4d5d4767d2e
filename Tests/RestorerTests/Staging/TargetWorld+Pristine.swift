// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Foundation
import Testing

@testable import Restorer

/// The cases of `RestoreTargetContract` about the copy of what was written.
extension TargetWorld {
    func aimsElsewhere() throws {
        for phase in [RestoreJournal.Phase.streaming, .written] {
            do {
                let target = try open("one", false)
                try Self.write("\(phase)", to: target)
                try target.enter(phase)
            }
            let again = try aimElsewhere()
            #expect(again.isResumed && again.phase == phase)
            #expect(try Self.files(again).contains("\(phase)"))
        }
        // Once a server was started on them they are not what was written.
        do { try open("one", true).enter(.recovering) }
        let again = try aimElsewhere()
        #expect(!again.isResumed && again.phase == .streaming)
    }

    func putsBack() throws {
        do {
            let target = try written("proven")
            #expect(try keep(target) != nil && target.hasPristine)
            try target.enter(.recovering)
            try Self.write("recovered", to: target)
            try FileManager.default.removeItem(atPath: "\(target.data)/proven")
        }
        do {
            let same = try open("one", false)
            #expect(same.phase == .recovering && same.hasPristine)
            #expect(try Self.files(same) == ["recovered"])
        }
        // Killed before it did anything about that, it has still to be done.
        for _ in 0..<2 {
            let other = try aimElsewhere()
            #expect(other.isResumed && other.phase == .reverting && other.hasPristine)
        }
        let other = try aimElsewhere()
        for _ in 0..<2 { try other.putBackPristine() }
        #expect(other.phase == .written && !other.hasPristine)
        #expect(try Self.files(other) == ["proven"])
        #expect(try placed() == nil)
    }

    func copiesOrNot() throws {
        let before = try surroundings()
        let target = try written("proven")
        let stopped = Cancellation()
        stopped.request(.terminated)
        let error = #expect(throws: RestoreError.self) {
            _ = try target.keepPristine(margin: 0, stopped, decided: { _ in }, copied: { _ in })
        }
        #expect(error?.exitStatus == .terminated && !target.hasPristine)
        // Where files cannot share their blocks there is never so much room.
        let large = try target.keepPristine(margin: .max, Cancellation(), decided: { _ in }, copied: { _ in })
        if case .leftOut = large { #expect(!target.hasPristine) } else { #expect(large == .shared) }
        #expect(try keep(target) != nil && target.hasPristine && target.phase == .written)
        for _ in 0..<2 { try target.discardPristine() }
        #expect(try !target.hasPristine && Self.files(target) == ["proven"])
        _ = try keep(target)
        try target.remove()
        #expect(try surroundings() == before)
    }

    private func written(_ name: String) throws -> any RestoreTarget {
        let target = try open("one", false)
        try Self.write(name, to: target)
        try target.enter(.written)
        return target
    }

    /// Nil when it was left out.
    private func keep(_ target: any RestoreTarget) throws -> PristineCopy? {
        let copy = try target.keepPristine(margin: 0, Cancellation(), decided: { _ in }, copied: { _ in })
        if case .leftOut = copy { return nil }
        return copy
    }
}
