import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createRpcClient, type RpcClient, type RpcClientOptions } from '@ply/rpc'
import type { GlobalOptions } from '../options.ts'

/** The node's cookie: `<datadir>/<network>/.cookie`; bitcoind keeps mainnet's at the top. */
function cookiePath({ nodeDatadir, network }: GlobalOptions): string {
  const path = join(nodeDatadir, network.name, '.cookie')
  const top = join(nodeDatadir, '.cookie')
  return network.name === 'main' && !existsSync(path) && existsSync(top) ? top : path
}

/** A client of the node, or of a path on it such as `/lightning/alice`. */
export function connectNode(options: GlobalOptions, path = ''): RpcClient {
  const url = new URL(options.rpcUrl)
  const { username, password } = url
  url.username = ''
  url.password = ''
  const auth: RpcClientOptions['auth'] =
    username === ''
      ? { cookiePath: cookiePath(options) }
      : { user: decodeURIComponent(username), password: decodeURIComponent(password) }
  return createRpcClient({ url: url.href.replace(/\/+$/, '') + path, auth })
}
