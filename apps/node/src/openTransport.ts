import { dataFolder } from '@ply/layer1-node'
import { createTcpTransport, I2pRouter, noLookUp, resolveNames, systemLookUp } from '@ply/net'
import type { Logger, Transport } from '@ply/ports'
import { allowsLookUp, readProxies } from './bitcoind/proxyOptions.ts'
import type { PlydOptions } from './options.ts'

export interface OpenTransport {
  readonly transport: Transport
  /** Where peers in I2P may come through. */
  readonly i2p: I2pRouter | undefined
}

/** The ways to others that the options name: proxies, and a router of I2P, under a lasting address if peers may come. */
export function openTransport({ bitcoind, network }: PlydOptions, directory: string, logger: Logger): OpenTransport {
  if (!bitcoind) return { transport: createTcpTransport(), i2p: undefined }
  const proxies = readProxies(bitcoind.settings)
  const keyFile = bitcoind.peers.acceptsI2p ? dataFolder(directory, network.name).i2pKey : undefined
  const i2p =
    proxies.i2p === undefined
      ? undefined
      : new I2pRouter({ address: proxies.i2p, keyFile, logger: logger.child('i2p') })
  const transport = createTcpTransport({ proxies, i2p })
  // Names are a proxy's to look up, if there is one for them.
  if (proxies.name !== undefined) return { transport, i2p }
  return { transport: resolveNames(transport, allowsLookUp(bitcoind.settings) ? systemLookUp : noLookUp), i2p }
}
