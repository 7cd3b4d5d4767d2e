// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// What concerns the service as a whole: the program, its schedule, its channels.
enum ServiceMetrics {
    static func families(_ status: ServiceStatus) -> [MetricFamily] {
        var build = MetricFamily("build_info", "The version of the program; always 1.")
        build.add(1, ["version": status.version])
        var read = MetricFamily(
            "status_timestamp_seconds", "When what is told here was put together.")
        read.add(status.at, [:])
        return [build, read] + schedules(status.schedules) + channels(status.channels) + incidents(status)
    }

    private static func schedules(_ schedules: [ScheduleStatus]) -> [MetricFamily] {
        var last = MetricFamily(
            "schedule_last_slot_timestamp_seconds", "The newest slot of the schedule that a sweep has taken.")
        var next = MetricFamily(
            "schedule_next_slot_timestamp_seconds", "The slot of the schedule that comes next.")
        var givenUp = MetricFamily(
            "schedule_given_up_slots_total", .counter, "Slots of the schedule that no sweep has run.")
        for schedule in schedules {
            last.add(schedule.lastSlot, ["schedule": schedule.name])
            next.add(schedule.nextSlot, ["schedule": schedule.name])
            for reason in GivenUpSlot.Reason.allCases {
                givenUp.add(
                    Double(schedule.givenUp[reason] ?? 0),
                    ["schedule": schedule.name, "reason": reason.rawValue])
            }
        }
        return [last, next, givenUp]
    }

    private static func channels(_ channels: [ChannelStatus]) -> [MetricFamily] {
        var undelivered = MetricFamily(
            "channel_undelivered_messages", "Messages that wait for a channel that has not taken them.")
        var since = MetricFamily(
            "channel_waiting_since_timestamp_seconds", "When the oldest message that waits was written.")
        var last = MetricFamily(
            "channel_last_delivery_timestamp_seconds", "When the channel last took a message.")
        var givenUp = MetricFamily(
            "channel_given_up_messages_total", .counter, "Messages that the channel refused again and again.")
        for channel in channels {
            undelivered.add(Double(channel.undelivered), ["channel": channel.name])
            since.add(channel.waitingSince, ["channel": channel.name])
            last.add(channel.lastDelivery, ["channel": channel.name])
            givenUp.add(Double(channel.givenUp), ["channel": channel.name])
        }
        return [undelivered, since, last, givenUp]
    }

    private static func incidents(_ status: ServiceStatus) -> [MetricFamily] {
        var open = MetricFamily("open_incidents", "Incidents that people were told of and that are not over.")
        let names = status.stores.map(\.name) + [""]
        for name in names {
            open.add(Double(status.incidents.count { $0.store == name && $0.isOpen }), ["store": name])
        }
        return [open]
    }
}
