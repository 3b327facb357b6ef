# The agent and the aggregator, one image. Stage one bundles with the development tools; stage two holds Node, journalctl,
# the bundle and nothing else. Base: the official Node image of the version in package.json.
FROM docker.io/library/node:24.21.0-trixie-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-fund --no-audit
COPY .ci .ci
COPY proto proto
COPY src src
COPY LICENSE ./
RUN node .ci/build.js

FROM docker.io/library/node:24.21.0-trixie-slim
# journalctl: at least as new as the nodes' systemd, or it skips their journal files in silence. libpcre2 is what its --grep loads.
RUN apt-get update \
 && apt-get install -y --no-install-recommends systemd libpcre2-8-0 ca-certificates \
 && rm -rf /var/lib/apt/lists/* /usr/local/lib/node_modules /opt/yarn-*
COPY --from=build /src/dist /app/dist
COPY --from=build /src/proto /app/proto
COPY --from=build /src/LICENSE /app/
# Small heap, small code, no second tier of WebAssembly: docs/performance.md has what each flag saves. malloc gives back at once
# what TLS took for a walk.
ENV NODE_ENV=production UV_THREADPOOL_SIZE=2 MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=65536 MALLOC_MMAP_THRESHOLD_=65536 MALLOC_TOP_PAD_=0
USER node
ENTRYPOINT ["node", "--optimize-for-size", "--max-semi-space-size=1", "--max-old-space-size=96", "--liftoff-only", "--expose-gc", "/app/dist/pullpath.js"]
CMD ["--help"]
