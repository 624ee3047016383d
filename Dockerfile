# One image for gateway, worker, simulator, migrations and the command line; what runs is the command.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
# The launcher and the test library need what production leaves out.
RUN npm run build && rm -rf dist/apps/launcher dist/libs/testing && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
RUN install -d -o node -g node /var/lib/stagedoor
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/prisma prisma
COPY --from=build /app/scripts/migrate.mjs /app/scripts/migration-engine.mjs scripts/
COPY --from=build /app/apps/console/public apps/console/public
USER node
EXPOSE 3000
# The gateway's; the others override or disable it.
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s --retries=6 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/apps/gateway/src/main.js"]
