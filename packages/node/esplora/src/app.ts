import type { Logger } from '@ply/ports'
import type { RpcTable } from '@ply/rpc'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import type { Explorer } from './explorer.ts'
import { addressRoutes } from './routes/addresses.ts'
import { blockRoutes } from './routes/blocks.ts'
import { mempoolRoutes } from './routes/mempool.ts'
import { HttpError } from './routes/reply.ts'
import { transactionRoutes } from './routes/transactions.ts'

export interface EsploraAppOptions {
  readonly explorer: Explorer
  /** Answers what Esplora leaves to the node: sending, fee estimates. */
  readonly table: RpcTable
  readonly logger: Logger
  /** Origin of web pages that may ask; none by default. */
  readonly corsOrigin?: string
}

/** Bytes of a request's body: a package of transactions in hexadecimal. */
const MAX_BODY = 4 << 20

/** The Esplora API. Every path also answers below `/api`, as on the public servers. */
export function createEsploraApp({ explorer, table, logger, corsOrigin }: EsploraAppOptions): Hono {
  const routes = new Hono()
  routes.route('/', blockRoutes(explorer))
  routes.route('/', addressRoutes(explorer))
  routes.route('/', transactionRoutes(explorer, table))
  routes.route('/', mempoolRoutes(explorer, table))

  const app = new Hono()
  if (corsOrigin !== undefined) app.use('*', cors({ origin: corsOrigin }))
  app.use('*', bodyLimit({ maxSize: MAX_BODY, onError: (c) => c.text('Body too large', 413) }))
  app.route('/', routes)
  app.route('/api', routes)
  app.notFound((c) => c.text(`endpoint does not exist ${JSON.stringify(c.req.path)}`, 404))
  app.onError((error, c) => {
    if (error instanceof HttpError) return c.text(error.message, error.status)
    logger.log('error', 'request failed', { path: c.req.path, error })
    return c.text('Internal server error', 500)
  })
  return app
}
