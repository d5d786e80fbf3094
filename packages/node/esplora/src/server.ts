import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import type { Layer1Node } from '@ply/layer1-node'
import type { RpcTable } from '@ply/rpc'
import { openLevelStore } from '@ply/storage'
import { AddressIndex } from './addressIndex/addressIndex.ts'
import { MempoolIndex } from './addressIndex/mempoolIndex.ts'
import { createEsploraApp } from './app.ts'
import { Explorer } from './explorer.ts'

export interface EsploraOptions {
  readonly node: Layer1Node
  readonly table: RpcTable
  /** 127.0.0.1 by default. Whoever reaches it can read everything and send transactions. */
  readonly host?: string
  /** 0 takes a free one. */
  readonly port: number
  /** Origin of web pages that may ask (`*` for all); none by default. */
  readonly corsOrigin?: string
}

export interface EsploraServer {
  /** `http://127.0.0.1:3002` */
  readonly url: string
  readonly explorer: Explorer
  close(): Promise<void>
}

/** Time for the head of a request, and for the whole of it. */
const REQUEST_TIMEOUT_MS = 30_000

/**
 * Serves Esplora's API over a node with a transaction index. Brings the address index up to date first, which on a long
 * chain takes a while.
 */
export async function startEsplora(options: EsploraOptions): Promise<EsploraServer> {
  const { node } = options
  if (!node.txIndex) throw new Error('the Esplora API needs the transaction index: start with -txindex')
  const index = await AddressIndex.open(await openLevelStore(join(node.folder.indexes, 'address')), node.chain)
  const pool = await MempoolIndex.open(node)
  const explorer = new Explorer(node, index, pool)
  const closeIndexes = async (): Promise<void> => {
    pool.close()
    await index.close()
  }
  try {
    const server = await listen(options, explorer)
    const { address, port } = server.address() as AddressInfo
    return {
      url: `http://${address.includes(':') ? `[${address}]` : address}:${port}`,
      explorer,
      close: async () => {
        await new Promise<void>((resolve) => {
          server.close(() => resolve())
          server.closeAllConnections()
        })
        await closeIndexes()
      },
    }
  } catch (error) {
    await closeIndexes()
    throw error
  }
}

function listen({ node, table, host = '127.0.0.1', port, corsOrigin }: EsploraOptions, explorer: Explorer) {
  const logger = node.logger.child('esplora')
  const app = createEsploraApp({ explorer, table, logger, ...(corsOrigin !== undefined && { corsOrigin }) })
  const serve = getRequestListener(app.fetch)
  const server = createServer((request, response) => void serve(request, response))
  server.headersTimeout = REQUEST_TIMEOUT_MS
  server.requestTimeout = REQUEST_TIMEOUT_MS
  return new Promise<Server>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      server.on('error', (error) => logger.log('warn', 'cannot accept a connection', { error }))
      resolve(server)
    })
  })
}
