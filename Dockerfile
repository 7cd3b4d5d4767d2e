# SPDX-License-Identifier: Apache-2.0
#
#   docker build -t pg_backctl .
#   docker run --rm --env-file .env -v pg_backctl:/var/lib/pg_backctl pg_backctl
#   docker run --rm pg_backctl list s3://bucket/backups --no-sign-request
#
# Without arguments it verifies every backup below S3_BACKUP_URL. The volume keeps the history: what
# was proven when, and the digests that later readings are compared with.

FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libcurl4-openssl-dev libssl-dev libsqlite3-dev libisal-dev \
        libzstd-dev liblz4-dev libbz2-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
COPY scripts/build scripts/build
RUN install -D "$(scripts/build)" /out/pg_backctl \
    && strip /out/pg_backctl

FROM debian:12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates libcurl4 libssl3 libsqlite3-0 libisal2 libzstd1 liblz4-1 libbz2-1.0 libstdc++6 tzdata \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/pg_backctl /usr/local/bin/pg_backctl
COPY LICENSE scripts/debian/copyright /usr/share/doc/pg_backctl/
COPY --chmod=755 scripts/docker-entry /usr/local/bin/docker-entry

# Needed: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_DEFAULT_REGION, S3_BACKUP_URL; for other
# stores than AWS also AWS_ENDPOINT_URL_S3. They are given to `docker run`, never built in.
#
# Nothing here needs root. The first mount of a volume takes over the owner of this directory.
RUN useradd --system --uid 999 --home-dir /var/lib/pg_backctl --create-home pg_backctl
ENV XDG_STATE_HOME=/var/lib
USER pg_backctl
WORKDIR /var/lib/pg_backctl
VOLUME /var/lib/pg_backctl

ENTRYPOINT ["docker-entry"]
