// SPDX-License-Identifier: Apache-2.0

/// Guesses which of some names was meant by one that is none of them.
public enum NearestName {
    /// The nearest one; nil when none is near: more than a third of its letters would have to change.
    public static func of(_ name: String, in names: [String]) -> String? {
        // Nothing that long is a slip of the pen, and comparing takes time.
        guard name.utf8.count <= 64 else { return nil }
        let distances = names.map {
            (name: $0, distance: distance(Array(name.lowercased()), Array($0.lowercased())))
        }
        guard let nearest = distances.min(by: { $0.distance < $1.distance }),
            nearest.distance <= max(1, nearest.name.count / 3)
        else { return nil }
        return nearest.name
    }

    /// How many letters have to be put in, left out, changed or swapped with the next (restricted Damerau-Levenshtein).
    static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var rows = [Array(0...right.count)]
        for (i, letter) in left.enumerated() {
            var row = [i + 1]
            for (j, other) in right.enumerated() {
                var cost = min(rows[i][j] + (letter == other ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, letter == right[j - 1], left[i - 1] == other {
                    cost = min(cost, rows[i - 1][j - 1] + 1)
                }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
