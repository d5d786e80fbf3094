import { unreachable } from '@ply/bytes'
import { isLocalHost, type LogCategory, type PeerEffect, type PeerEvent, type PeerManager } from '@ply/p2p'
import type { Clock, Logger } from '@ply/ports'
import type { MempoolManager } from '../mempool/mempoolManager.ts'
import type { Dialer } from './dialer.ts'
import type { CapturedMessage, MessageCapture } from './messageCapture.ts'
import type { PeerConnections } from './peerConnections.ts'
import type { PeerLink } from './peerLink.ts'
import type { PeerWork } from './peerWork.ts'
import type { Unwanted } from './unwanted.ts'

export interface MachineRunnerFields {
  readonly machine: PeerManager
  readonly clock: Clock
  readonly logger: Logger
  readonly work: PeerWork
  readonly mempool: MempoolManager
  readonly unwanted: Unwanted
  readonly capture: MessageCapture | undefined
  /** Made after this, since both have to tell the machine what happens. */
  connections(): PeerConnections
  dialer(): Dialer
  /** A peer finished its handshake. */
  ready(): void
  failed(error: unknown): void
}

/** Tells the peer machine what happens, and carries out what it wants. */
export class MachineRunner {
  /** Bytes over connections that ended. */
  readonly ended = { received: 0, sent: 0 }
  readonly #fields: MachineRunnerFields
  readonly #logger: Logger
  readonly #loggers = new Map<LogCategory, Logger>()
  /** Effects are carried out in order, also those that an effect causes. */
  readonly #queue: PeerEffect[] = []
  #running = false
  #stopped = false

  constructor(fields: MachineRunnerFields) {
    this.#fields = fields
    this.#logger = fields.logger.child('net')
  }

  post(event: PeerEvent): void {
    if (this.#stopped) return
    try {
      this.#queue.push(...this.#fields.machine.handle(event, this.#fields.clock.now()))
      if (this.#running) return
      this.#running = true
      try {
        for (let effect = this.#queue.shift(); effect; effect = this.#queue.shift()) this.#run(effect)
      } finally {
        this.#running = false
      }
    } catch (error) {
      this.#fields.failed(error)
    }
  }

  /** From now on nothing that happens matters. */
  stop(): void {
    this.#stopped = true
  }

  #run(effect: PeerEffect): void {
    const connections = this.#fields.connections()
    const link = effect.type === 'log' ? undefined : connections.links.get(effect.peer)
    switch (effect.type) {
      case 'send':
        if (effect.command !== '') this.#capture('sent', effect, link)
        link?.send(effect.bytes)
        return
      case 'message-received':
        this.#capture('received', effect, link)
        return
      case 'disconnect':
        this.#logger.log('debug', `disconnecting peer ${effect.peer}`, { reason: effect.reason })
        if (effect.discourage && link) this.#punish(link)
        connections.drop(effect.peer, effect.reason)
        return
      case 'peer-gone':
        this.ended.received += effect.totalReceived
        this.ended.sent += effect.totalSent
        return
      case 'retry-with-v1':
        this.#fields.dialer().dial(effect.address, { kind: effect.kind, transport: 'v1' })
        return
      case 'set-reading':
        if (effect.reading) link?.connection.resume()
        else link?.connection.pause()
        return
      case 'next-turn':
        setImmediate(() => this.post(effect))
        return
      case 'process-headers':
      case 'process-block':
      case 'process-tx':
      case 'process-package':
      case 'load-block':
      case 'load-filters':
        this.#answer(this.#fields.work.do(effect))
        return
      case 'tx-sent':
        this.#fields.mempool.confirmBroadcast(effect.tx)
        return
      case 'peer-ready':
        this.#logger.log('debug', `peer ${effect.peer} is ready`)
        this.#fields.ready()
        return
      case 'log':
        this.#loggerOf(effect.category).log(effect.level, effect.text)
        return
      default:
        unreachable(effect)
    }
  }

  #capture(direction: 'received' | 'sent', message: CapturedMessage, link: PeerLink | undefined): void {
    if (link) this.#fields.capture?.record(direction, link.connection.remoteAddress, message)
  }

  /** Who broke a rule is not welcome for a while; our own machine is never blamed for one of its programs. */
  #punish(link: PeerLink): void {
    const { host } = link
    if (!host) return
    if (isLocalHost(host)) {
      this.#logger.log('debug', `Warning: disconnecting but not discouraging local peer ${link.id}!`)
      return
    }
    this.#logger.log('debug', `Disconnecting and discouraging peer ${link.id}!`)
    this.#fields.unwanted.discourage(host)
  }

  #loggerOf(category: LogCategory | undefined): Logger {
    if (category === undefined) return this.#fields.logger
    const logger = this.#loggers.get(category) ?? this.#fields.logger.child(category)
    this.#loggers.set(category, logger)
    return logger
  }

  #answer(event: Promise<PeerEvent>): void {
    event.then(
      (answer) => this.post(answer),
      (error: unknown) => this.#fields.failed(error),
    )
  }
}
