import { type RpcMethod, schema } from '@ply/rpc'
import type { ZmqNotification } from '../notify/zmqNotifier.ts'

const { integer, list, record, text } = schema

export function zmqMethods(notifications: () => readonly ZmqNotification[]): RpcMethod[] {
  return [
    {
      name: 'getzmqnotifications',
      group: 'Zmq',
      help: 'What is published over ZeroMQ, and where.',
      params: [],
      result: list(record({ type: text(), address: text(), hwm: integer('Messages that may wait.') })),
      handler: () =>
        notifications().map(({ topic, address, highWaterMark }) => ({
          type: `pub${topic}`,
          address,
          hwm: highWaterMark,
        })),
    },
  ]
}
