# The images of the controller and of the worker:
#
#   docker build --target controller --build-arg NODE=docker.io/library/node@sha256:… .
#   docker build --target worker     --build-arg NODE=docker.io/library/node@sha256:… .
#
# NODE is Node.js 24 on Debian, by digest: a tag would be another program tomorrow. It has no default, so that somebody looks it up.
ARG NODE

FROM ${NODE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/gates/build.ts && node scripts/gates/image.ts /image

# For those who want the list alone: docker build --target sbom --output . …
FROM scratch AS sbom
COPY --from=build /image/sbom.json /image/packages.txt /

# What init containers copy into agents' pods; guards, brokers and the reference agent run in it.
FROM ${NODE} AS worker
COPY --from=build /image/worker /opt/fleetwright
RUN printf '#!/bin/sh\nexec node /opt/fleetwright/worker/main.js "$@"\n' > /worker && chmod 755 /worker
USER 10001:10001
ENTRYPOINT ["/worker"]

# The controller writes to /data and /tmp alone, so its root file system may be read-only. Its heap has little room to
# grow between collections, which costs little time: after a burst of work it takes 140 MB instead of 240.
FROM ${NODE} AS controller
COPY --from=build /image/controller /opt/fleetwright
RUN printf '#!/bin/sh\nexec node --max-semi-space-size=8 --heap-growing-percent=20 /opt/fleetwright/main.js "$@"\n' > /controller && chmod 755 /controller
ENV NODE_ENV=production MALLOC_ARENA_MAX=2
USER 10001:10001
EXPOSE 8080
ENTRYPOINT ["/controller"]
