# Two stages: the first builds the dashboard with the development tools, the second runs the source with Node alone.
FROM node:26-bookworm-slim AS dashboard
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY scripts ./scripts
RUN npm ci
COPY . .
RUN npm run build

FROM node:26-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production TAHAN_DATA_DIR=/data TAHAN_HTTP_HOST=0.0.0.0 TAHAN_MQTT_HOST=0.0.0.0
COPY package.json package-lock.json .npmrc ./
COPY scripts ./scripts
RUN npm ci --omit=dev && install -d -o node -g node /data
COPY cli ./cli
COPY models ./models
COPY gateway ./gateway
COPY server ./server
COPY firmware-sim ./firmware-sim
COPY --from=dashboard /app/dashboard/dist ./dashboard/dist
USER node
VOLUME /data
EXPOSE 8080 1883
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "cli/tahan.mjs", "serve"]
