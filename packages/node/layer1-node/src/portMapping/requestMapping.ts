import { parseIp, toMappedIpv4 } from '@ply/bytes'
import { formatService, hostFromIp, type Service } from '@ply/p2p'
import type { Clock, Logger } from '@ply/ports'
import { GatewaySocket } from './gatewaySocket.ts'
import {
  describeNatPmpResult,
  encodeExternalRequest,
  encodeMapRequest,
  NATPMP_NO_RESOURCES,
  readExternalAnswer,
  readMapAnswer,
} from './natPmp.ts'
import { describePcpResult, encodePcpRequest, PCP_NO_RESOURCES, readPcpAnswer } from './pcp.ts'

export interface MappingRequest {
  readonly gateway: string
  /** Where the router listens. */
  readonly gatewayPort: number
  /** Our own address; undefined for whatever we have towards the router. */
  readonly from: string | undefined
  readonly port: number
  /** Seconds. */
  readonly lifetime: number
  /** 12 bytes, the same for all mappings and their renewals. */
  readonly nonce: Uint8Array
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly logger: Logger
}

/** `external`: what leads to us from outside for `lifetime` seconds. */
export type MappingOutcome =
  | { readonly type: 'mapped'; readonly external: Service; readonly lifetime: number }
  | { readonly type: 'failed'; readonly noResources: boolean }

const FAILED: MappingOutcome = { type: 'failed', noResources: false }

/** The 16 bytes of an address, IPv4 mapped into them. */
function wrap(address: string): Uint8Array {
  const ip = parseIp(address.replace(/%.*$/, '')) ?? new Uint8Array(4)
  return ip.length === 4 ? toMappedIpv4(ip) : ip
}

interface Conversation {
  readonly socket: GatewaySocket
  /** What is passed over as it answers nothing, and what goes wrong. */
  warn(text: string): void
}

/** Has the router lead a port to us, by PCP, or by NAT-PMP where it knows only that. */
export async function requestMapping(request: MappingRequest): Promise<MappingOutcome> {
  const { gateway, from, port } = request
  const from4 = from ?? '0.0.0.0'
  const what = `Requesting port mapping for addr ${from4} port ${port} from gateway ${gateway}`
  const pcp = await converse('pcp', request, what, (conversation) => askPcp(request, conversation))
  if (pcp !== 'natpmp-only') return pcp
  request.logger.log('debug', 'portmap: Got unsupported PCP version response, falling back to NAT-PMP')
  // It knows nothing of IPv6.
  if (from !== undefined) return FAILED
  const again = `Requesting port mapping port ${port} from gateway ${gateway}`
  return converse('natpmp', request, again, (conversation) => askNatPmp(request, conversation))
}

async function converse<T>(
  protocol: 'pcp' | 'natpmp',
  { gateway, gatewayPort, from, clock, signal, logger }: MappingRequest,
  what: string,
  talk: (conversation: Conversation) => Promise<T | MappingOutcome>,
): Promise<T | MappingOutcome> {
  const log = (text: string): void => logger.log('debug', `${protocol}: ${text}`)
  const warn = (text: string): void => logger.log('warn', `${protocol}: ${text}`)
  log(what)
  let socket: GatewaySocket
  try {
    socket = await GatewaySocket.open({ gateway, port: gatewayPort, from, clock, signal, log })
  } catch (error) {
    warn(`Could not connect to gateway: ${(error as Error).message}`)
    return FAILED
  }
  try {
    return await talk({ socket, warn })
  } finally {
    socket.close()
  }
}

async function askPcp(
  { nonce, port, lifetime, from }: MappingRequest,
  { socket, warn }: Conversation,
): Promise<MappingOutcome | 'natpmp-only'> {
  const internal = wrap(socket.localAddress)
  const external = wrap(from ?? '0.0.0.0')
  const answer = await socket.ask(encodePcpRequest({ nonce, lifetime, internal, external, port }), (bytes) => {
    const read = readPcpAnswer(bytes, { nonce, port })
    if (read.type !== 'unrelated') return read
    warn(read.why)
    return undefined
  })
  if (!answer) return FAILED
  if (answer.type === 'natpmp-only') return 'natpmp-only'
  if (answer.result === 0) return { type: 'mapped', external: answer.external, lifetime: answer.lifetime }
  warn(`Mapping failed with result ${describePcpResult(answer.result)}`)
  return { type: 'failed', noResources: answer.result === PCP_NO_RESOURCES }
}

async function askNatPmp({ port, lifetime }: MappingRequest, { socket, warn }: Conversation): Promise<MappingOutcome> {
  const passOver = (why: string): undefined => {
    warn(why)
    return undefined
  }
  const found = await socket.ask(encodeExternalRequest(), (bytes) => {
    const read = readExternalAnswer(bytes)
    return read.type === 'unrelated' ? passOver(read.why) : read
  })
  if (!found) return FAILED
  if (found.result !== 0) {
    warn(`Getting external address failed with result ${describeNatPmpResult(found.result)}`)
    return FAILED
  }
  const mapped = await socket.ask(encodeMapRequest({ port, lifetime }), (bytes) => {
    const read = readMapAnswer(bytes, port)
    return read.type === 'unrelated' ? passOver(read.why) : read
  })
  if (!mapped) return FAILED
  if (mapped.result !== 0) {
    warn(`Port mapping failed with result ${describeNatPmpResult(mapped.result)}`)
    return { type: 'failed', noResources: mapped.result === NATPMP_NO_RESOURCES }
  }
  const external = { ...hostFromIp(toMappedIpv4(found.address)), port: mapped.port }
  return { type: 'mapped', external, lifetime: mapped.lifetime }
}

export const describeMapping = (external: Service, port: number, lifetime: number): string =>
  `${formatService(external)} -> port ${port} (for ${lifetime}s)`
