import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import type { Tiers } from './surface.ts'

/** The explorer's own files only; it writes style attributes and shows images from data. */
const EXPLORER_POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'"

/**
 * `doc` below the surface: the pages that show its description to people.
 *
 * @param indexPrefix - the surface's own prefix, for the links of the page
 */
export async function explorer(
  app: FastifyInstance,
  { indexPrefix, tiers, operation }: { indexPrefix: string; tiers: Tiers; operation: string },
): Promise<void> {
  await app.register(async (scope) => {
    // the pages of the explorer come from a package, which cannot say who may read them
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, tiers, operation }
    })
    scope.addHook('onRequest', async (_request, reply) => {
      reply.header('content-security-policy', EXPLORER_POLICY)
    })
    await scope.register(swaggerUi, {
      routePrefix: '/doc',
      indexPrefix,
      uiConfig: { tryItOutEnabled: true, persistAuthorization: false },
    })
  })
}
