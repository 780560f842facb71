# layergauge as an image: the service in a few files, run by Node alone. No shell, no package manager, no native library, not root.
# docs/deployment.md says what it weighs and how it is run.
ARG BUILD_IMAGE=node:24-bookworm-slim
ARG BASE_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
# What the service needs, and apart from it the bundler; no package runs a script of its own.
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY tools/bundle/package.json tools/bundle/package-lock.json tools/bundle/
RUN --mount=type=cache,target=/root/.npm cd tools/bundle && npm ci --ignore-scripts --no-audit --no-fund
COPY LICENSE ./
COPY tools/bundle tools/bundle
COPY src src
RUN node tools/bundle/bundle.ts /app
COPY deploy/image /app/deploy/image

# The code as V8 has compiled it: good for the same Node on the same kind of processor under the same user only (elsewhere it is passed over, and the code compiled
# at each start), so it is made by the Node that will read it.
FROM ${BASE_IMAGE} AS compile
COPY --from=build --chown=65532:65532 /app /app
USER 65532:65532
WORKDIR /app
ENV NODE_COMPILE_CACHE=/app/compiled
RUN ["/nodejs/bin/node", "--max-old-space-size-percentage=40", "--max-semi-space-size=16", "deploy/image/compile.mjs"]

FROM ${BASE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=
ARG SOURCE=
LABEL org.opencontainers.image.title="layergauge" \
      org.opencontainers.image.description="Measures neural networks from their architecture alone: shapes, weights, memory and compute over HTTP." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"
COPY --from=build /app /app
COPY --from=compile --chmod=0555 /app/compiled /app/compiled
WORKDIR /app
# By number, so that Kubernetes can see that it is not root.
USER 65532:65532
ENV NODE_ENV=production NODE_COMPILE_CACHE=/app/compiled
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 CMD ["/nodejs/bin/node", "/app/deploy/image/health.mjs"]
# The process may read its own files and no others, start no other process and load no native code. Node wants the right to write where compiled code is kept,
# or reads none; the system does not grant it: nothing under /app belongs to this user. Two fifths of the container's memory are for the objects of each thread: of
# 256 MB, V8 would take more than there is. Room for young ones has its usual 16 MB: V8 sets it by the container's memory, and answered a third of the requests with what it gave.
ENTRYPOINT ["/nodejs/bin/node", "--permission", "--allow-fs-read=/app", "--allow-fs-write=/app/compiled", "--allow-worker", "--disable-warning=PERM0006", \
            "--max-old-space-size-percentage=40", "--max-semi-space-size=16", "/app/dist/service/server.js"]
CMD []
