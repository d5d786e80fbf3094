import { isKnownCommand } from '../message/message.ts'
import type { TransportEvent } from '../transport/transport.ts'
import type { Network } from './network.ts'
import type { Peer } from './peer.ts'

/** Bytes that may still come after we stopped reading: a shell that goes on nonetheless must not fill our memory. */
const OVERFLOW = 27_000_000
/** What a message takes besides its payload: objects, the array's own fields. Measured. */
const MESSAGE_OVERHEAD = 512

/** Cuts the bytes into messages and queues them. Violations of the transport, and `inbox-overflow`. */
export function receiveBytes(network: Network, peer: Peer, bytes: Uint8Array): void {
  peer.lastReceivedAt = network.now
  peer.totalReceived += bytes.length
  for (const event of peer.transport.push(bytes)) if (!receive(network, peer, event)) return
  network.flush(peer)
  if (peer.inboxBytes > network.options.receiveBuffer + OVERFLOW) network.misbehaved(peer, 'inbox-overflow')
}

function receive(network: Network, peer: Peer, event: TransportEvent): boolean {
  switch (event.type) {
    case 'broken':
      return !network.misbehaved(peer, event.reason, event.text)
    case 'dropped':
      count(peer, '*other*', event.size)
      return !network.misbehaved(peer, event.reason, `${event.text}, peer=${peer.id}`)
    case 'message': {
      const { command, payload, size } = event
      count(peer, isKnownCommand(command) ? command : '*other*', size)
      // Messages of extensions that we do not speak are no fault.
      if (!isKnownCommand(command)) return true
      peer.inbox.push({ command, payload })
      peer.inboxBytes += payload.length + MESSAGE_OVERHEAD
      return true
    }
  }
}

function count(peer: Peer, command: string, size: number): void {
  peer.bytesReceived.set(command, (peer.bytesReceived.get(command) ?? 0) + size)
}

/** Takes the next message out. */
export function shiftInbox(peer: Peer): Peer['inbox'][number] | undefined {
  const message = peer.inbox.shift()
  if (message) peer.inboxBytes -= message.payload.length + MESSAGE_OVERHEAD
  return message
}

/** Tells the shell to stop or to go on reading, when that changed. */
export function regulateReading(network: Network, peer: Peer): void {
  const reading = peer.inboxBytes <= network.options.receiveBuffer
  if (reading === peer.reading || !network.peers.has(peer.id)) return
  peer.reading = reading
  network.emit({ type: 'set-reading', peer: peer.id, reading })
}
