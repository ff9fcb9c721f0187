# Three stages: the dashboard is built with the development tools, the dependencies of the running program are
# installed alone, and the last stage holds those two, the source and Node. No compiler and no build step for the source.
FROM node:26.10.0-bookworm-slim AS base
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY scripts ./scripts

FROM base AS dashboard
RUN npm ci
COPY tsconfig.json ./
COPY models ./models
COPY dashboard ./dashboard
RUN npm run build

FROM base AS dependencies
RUN npm ci --omit=dev

FROM node:26.10.0-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production TAHAN_DATA_DIR=/data TAHAN_HTTP_HOST=0.0.0.0 TAHAN_MQTT_HOST=0.0.0.0
COPY package.json ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY cli ./cli
COPY models ./models
COPY gateway ./gateway
COPY server ./server
COPY firmware-sim ./firmware-sim
COPY --from=dashboard /app/dashboard/dist ./dashboard/dist
RUN install -d -o node -g node -m 0700 /data && ln -s /app/cli/tahan.mjs /usr/local/bin/tahan
# The user node of the image, by number: a cluster can then check that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 8080 1883 8883
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.TAHAN_HTTP_PORT || 8080}/readyz`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tahan"]
CMD ["serve"]
