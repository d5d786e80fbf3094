import type { RpcMethod } from '@ply/rpc'
import type { ZmqNotification } from '../notify/zmqNotifier.ts'

export function zmqMethods(notifications: () => readonly ZmqNotification[]): RpcMethod[] {
  return [
    {
      name: 'getzmqnotifications',
      group: 'Zmq',
      help: 'What is published over ZeroMQ, and where.',
      params: [],
      handler: () =>
        notifications().map(({ topic, address, highWaterMark }) => ({
          type: `pub${topic}`,
          address,
          hwm: highWaterMark,
        })),
    },
  ]
}
