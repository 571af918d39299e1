// Generated from the OpenAPI document of the server by `npm run generate`; change the routes instead.

export const OPERATIONS = {
  createPortIn: ['POST', '/np_api/PortIn/create'],
  listPortIn: ['GET', '/np_api/PortIn/list'],
  getPortIn: ['GET', '/np_api/PortIn/{msgidentifier}'],
  instructPortIn: ['POST', '/np_api/PortIn/{msgidentifier}'],
  abortPortIn: ['DELETE', '/np_api/PortIn/{msgidentifier}'],
  listXml: ['GET', '/np_api/PortIn/get_xml_list/{msgidentifier}'],
  getXml: ['GET', '/np_api/PortIn/get_xml/{folder}/{filename}'],
  validateSms: ['POST', '/np_api/validate/sms_validate'],
  getRoute: ['GET', '/np_api/route/{msisdn}'],
  deleteRoute: ['DELETE', '/np_api/route/{msisdn}'],
  getHssRoute: ['GET', '/np_api/route/hss_route/{msisdn}'],
  pushRoute: ['POST', '/np_api/route/{msisdn}/{operator}/{type}'],
  receiveMessage: ['POST', '/np_api/{deployment_prefix}/recv/'],
  getDescription: ['GET', '/np_api/swagger.json'],
} as const

export type Operations = {
  createPortIn: {
    params: undefined
    query: undefined
    body: {
      donornetworkoperator?: string
      email: string
      overridecooloff?: boolean
      contacttelephonenumber: string
      Type_of_Numbers: "mobile" | "fixed"
      telephonenumberseriestart: string
      telephonenumberserieend: string
      AccountType: "Prepaid" | "Postpaid"
      PortingState?: number
    }
    answer: {
      result: "success"
      msgidentifier: string
      message: string
    }
  }
  listPortIn: {
    params: undefined
    query: { page?: number; limit?: number; state?: string; q?: string }
    body: undefined
    answer: ({
      port_in_id: number
      msgidentifier: string
      PortingState: number
      PortingStateString: string
      donornetworkoperator: string
      email: string | null
      contacttelephonenumber: string | null
      Type_of_Numbers: "mobile" | "fixed"
      AccountType: "Prepaid" | "Postpaid" | null
      overridecooloff: boolean
      submission_timestamp: string
      update_timestamp: string
      failure_reason: number | null
      original_porting_request: string | null
      phone_number_ranges: ({
        telephonenumberseriestart: string
        telephonenumberserieend: string
      })[]
      superseded_by: string | null
    })[]
  }
  getPortIn: {
    params: { msgidentifier: string }
    query: undefined
    body: undefined
    answer: {
      port_in_id: number
      msgidentifier: string
      PortingState: number
      PortingStateString: string
      donornetworkoperator: string
      email: string | null
      contacttelephonenumber: string | null
      Type_of_Numbers: "mobile" | "fixed"
      AccountType: "Prepaid" | "Postpaid" | null
      overridecooloff: boolean
      submission_timestamp: string
      update_timestamp: string
      failure_reason: number | null
      original_porting_request: string | null
      phone_number_ranges: ({
        telephonenumberseriestart: string
        telephonenumberserieend: string
      })[]
      events: ({
        porting_in_event_id: number
        msgtype: string
        direction: number
        eventlog: string
        submission_timestamp: string
      })[]
    }
  }
  instructPortIn: {
    params: { msgidentifier: string }
    query: undefined
    body: undefined
    answer: {
      result: "success"
      msgidentifier: string
      message: string
    }
  }
  abortPortIn: {
    params: { msgidentifier: string }
    query: undefined
    body: undefined
    answer: {
      result: "success"
      msgidentifier: string
      message: string
    }
  }
  listXml: {
    params: { msgidentifier: string }
    query: undefined
    body: undefined
    answer: (string)[]
  }
  getXml: {
    params: { folder: string; filename: string }
    query: undefined
    body: undefined
    answer: Blob
  }
  validateSms: {
    params: undefined
    query: undefined
    body: {
      phone_number: string
      Operator: "Enet" | "GTT" | "Digicel" | "Sinch" | "Twilio" | "Vonage" | "Telnyx" | "Plivo" | "Pilvo" | "ClickSend" | string
      apiKey?: string
    }
    answer: {
      result: "Sent" | "Error"
      "x-message-id": string
      "x-transaction-id": string
      "x-message-timestamp": string
      "x-provider": string
      "x-provider-response": string
    }
  }
  getRoute: {
    params: { msisdn: string }
    query: undefined
    body: undefined
    answer: {
      Event: {
        E164Address: string
        NAPTRAddress: string
        NAPTROrder: string
        NAPTRPreference: string
      }
      MatchedProfiles: (string)[]
      AlteredFields: (string)[]
      Tenant: string
      ID: string
      Time: string | null
      APIOpts: Record<string, unknown>
      HSS?: Record<string, unknown> | null
      hss_error?: string
    }
  }
  deleteRoute: {
    params: { msisdn: string }
    query: undefined
    body: undefined
    answer: {
      result: "success"
      msisdn: string
      message: string
    }
  }
  getHssRoute: {
    params: { msisdn: string }
    query: undefined
    body: undefined
    answer: Record<string, unknown>
  }
  pushRoute: {
    params: { msisdn: string; operator: string; type: "mobile" | "fixed" }
    query: { rn?: string }
    body: undefined
    answer: {
      result: "success"
      msisdn: string
      message: string
    }
  }
  receiveMessage: {
    params: { deployment_prefix: string }
    query: undefined
    body: undefined
    answer: Blob
  }
  getDescription: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      openapi: string
    }
  }
}
