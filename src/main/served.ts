import { maskProof } from '../clearinghouses/pxs/mask.codec.ts'
import type { Alerts } from '../porting/alerts.ts'
import type { PortDesk } from '../porting/desk.ts'
import type { PortInService } from '../porting/port-in.ts'

/** The files of np_api, without what a customer proves himself with. */
export function filesWithoutProof(portIn: PortInService): PortInService {
  return {
    ...portIn,
    file: async (folder, filename) => ({ body: maskProof((await portIn.file(folder, filename)).body) }),
  }
}

/** The same for the messages in the history of a port. */
export function historyWithoutProof(desk: PortDesk): PortDesk {
  return {
    ...desk,
    history: async (...asked) => {
      const history = await desk.history(...asked)
      const messages = history.messages.map((one) => ({ ...one, body: one.body && maskProof(one.body) }))
      return { ...history, messages }
    },
  }
}

/** The same for the messages that alerts lead to. */
export function messagesWithoutProof(alerts: Alerts): Alerts {
  return {
    ...alerts,
    message: async (id) => {
      const message = await alerts.message(id)
      return { ...message, body: maskProof(message.body) }
    },
  }
}
