// Generated from the OpenAPI document of the server by `npm run generate`; change the routes instead.

export const OPERATIONS = {
  createPortIn: ['POST', '/np_api/PortIn/create'],
  listPortIn: ['GET', '/np_api/PortIn/list'],
  getPortIn: ['GET', '/np_api/PortIn/{msgidentifier}'],
  instructPortIn: ['POST', '/np_api/PortIn/{msgidentifier}'],
  abortPortIn: ['DELETE', '/np_api/PortIn/{msgidentifier}'],
  listXml: ['GET', '/np_api/PortIn/get_xml_list/{msgidentifier}'],
  getXml: ['GET', '/np_api/PortIn/get_xml/{folder}/{filename}'],
  listPortOut: ['GET', '/np_api/PortOut/list'],
  getPortOut: ['GET', '/np_api/PortOut/{msgidentifier}'],
  authorisePortOut: ['POST', '/np_api/PortOut/{msgidentifier}'],
  rejectPortOut: ['DELETE', '/np_api/PortOut/{msgidentifier}'],
  getNumberInfo: ['GET', '/np_api/info/{msisdn}'],
  terminateNumber: ['DELETE', '/np_api/terminate/{msisdn}/{type_of_numbers}'],
  validateSms: ['POST', '/np_api/validate/sms_validate'],
  getRoute: ['GET', '/np_api/route/{msisdn}'],
  deleteRoute: ['DELETE', '/np_api/route/{msisdn}'],
  getHssRoute: ['GET', '/np_api/route/hss_route/{msisdn}'],
  pushRoute: ['POST', '/np_api/route/{msisdn}/{operator}/{type}'],
  receiveMessage: ['POST', '/np_api/{deployment_prefix}/recv/'],
  getDescription: ['GET', '/np_api/swagger.json'],
  getMe: ['GET', '/v1/me'],
  getMarket: ['GET', '/v1/market'],
  followEvents: ['GET', '/v1/events'],
  searchPorts: ['GET', '/v1/ports'],
  getPort: ['GET', '/v1/ports/{msgidentifier}'],
  changePort: ['POST', '/v1/ports/{msgidentifier}/change'],
  getChecklist: ['GET', '/v1/ports/{msgidentifier}/checklist'],
  retryStep: ['POST', '/v1/ports/{msgidentifier}/checklist/{step}/retry'],
  getGuard: ['GET', '/v1/ports/{msgidentifier}/guard'],
  getQueues: ['GET', '/v1/queues'],
  getStats: ['GET', '/v1/stats'],
  listAlerts: ['GET', '/v1/alerts'],
  getAlert: ['GET', '/v1/alerts/{id}'],
  acknowledgeAlert: ['POST', '/v1/alerts/{id}/acknowledgement'],
  listMonitors: ['GET', '/v1/monitors'],
  getMessage: ['GET', '/v1/messages/{id}'],
  listOverdue: ['GET', '/v1/overdue'],
  listTimelines: ['GET', '/v1/timelines'],
  getRejectionRates: ['GET', '/v1/rejections/rates'],
  listUnmappedRejections: ['GET', '/v1/rejections/unmapped'],
  importFees: ['POST', '/v1/fees/invoices/{invoice}/lines'],
  listInvoices: ['GET', '/v1/fees/invoices'],
  listFeeLines: ['GET', '/v1/fees/lines'],
  listUnbilledPorts: ['GET', '/v1/fees/unbilled'],
  submitPortIns: ['POST', '/v1/port-ins/bulk'],
  listNumberLocks: ['GET', '/v1/number-locks'],
  lockNumbers: ['POST', '/v1/number-locks'],
  liftNumberLock: ['DELETE', '/v1/number-locks/{id}'],
  listNumberSecrets: ['GET', '/v1/number-secrets'],
  setNumberSecrets: ['POST', '/v1/number-secrets'],
  removeNumberSecret: ['DELETE', '/v1/number-secrets/{id}'],
  listKeys: ['GET', '/v1/keys'],
  createKey: ['POST', '/v1/keys'],
  rotateKey: ['POST', '/v1/keys/{id}/rotate'],
  setKeyExpiry: ['PUT', '/v1/keys/{id}/expiry'],
  revokeKey: ['DELETE', '/v1/keys/{id}'],
  listUsers: ['GET', '/v1/users'],
  createUser: ['POST', '/v1/users'],
  getUser: ['GET', '/v1/users/{username}'],
  changeUser: ['PATCH', '/v1/users/{username}'],
  listLockouts: ['GET', '/v1/lockouts'],
  liftLockout: ['DELETE', '/v1/lockouts/{address}'],
  listWebhooks: ['GET', '/v1/webhooks'],
  createWebhook: ['POST', '/v1/webhooks'],
  getWebhook: ['GET', '/v1/webhooks/{name}'],
  changeWebhook: ['PATCH', '/v1/webhooks/{name}'],
  removeWebhook: ['DELETE', '/v1/webhooks/{name}'],
  rotateWebhookSecret: ['POST', '/v1/webhooks/{name}/rotate-secret'],
  testWebhook: ['POST', '/v1/webhooks/{name}/test'],
  listDeliveries: ['GET', '/v1/webhooks/{name}/deliveries'],
  redeliver: ['POST', '/v1/webhooks/{name}/deliveries/{event_id}/redeliver'],
  redeliverDead: ['POST', '/v1/webhooks/{name}/redeliver-dead'],
  searchAudit: ['GET', '/v1/audit'],
  verifyAudit: ['GET', '/v1/audit/verification'],
  getRetention: ['GET', '/v1/retention'],
  getDossier: ['GET', '/v1/ports/{msgidentifier}/dossier'],
  listRoutes: ['GET', '/v1/routes'],
  pushRoutes: ['POST', '/v1/routes'],
  inspectRoute: ['GET', '/v1/routes/{msisdn}'],
  removeRoute: ['DELETE', '/v1/routes/{msisdn}'],
  lookUpNumber: ['GET', '/v1/lookup/{msisdn}'],
  lookUpNumbers: ['POST', '/v1/lookup'],
  getNativeDescription: ['GET', '/v1/openapi.json'],
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
  listPortOut: {
    params: undefined
    query: { page?: number; limit?: number; state?: string; q?: string }
    body: undefined
    answer: ({
      port_out_id: number
      msgidentifier: string
      PortingState: number
      PortingStateString: string
      recipientnetworkoperator: string
      Type_of_Numbers: "mobile" | "fixed"
      submission_timestamp: string
      update_timestamp: string
      phone_number_ranges: ({
        telephonenumberseriestart: string
        telephonenumberserieend: string
      })[]
    })[]
  }
  getPortOut: {
    params: { msgidentifier: string }
    query: undefined
    body: undefined
    answer: {
      port_out_id: number
      msgidentifier: string
      PortingState: number
      PortingStateString: string
      recipientnetworkoperator: string
      Type_of_Numbers: "mobile" | "fixed"
      submission_timestamp: string
      update_timestamp: string
      phone_number_ranges: ({
        telephonenumberseriestart: string
        telephonenumberserieend: string
      })[]
      events: ({
        porting_out_event_id: number
        msgtype: string
        direction: number
        eventlog: string
        submission_timestamp: string
      })[]
    }
  }
  authorisePortOut: {
    params: { msgidentifier: string }
    query: undefined
    body: undefined
    answer: {
      result: "success"
      msgidentifier: string
      message: string
    }
  }
  rejectPortOut: {
    params: { msgidentifier: string }
    query: undefined
    body: {
      reason?: number
    }
    answer: {
      result: "success"
      msgidentifier: string
      message: string
    }
  }
  getNumberInfo: {
    params: { msisdn: string }
    query: undefined
    body: undefined
    answer: Record<string, unknown>
  }
  terminateNumber: {
    params: { msisdn: string; type_of_numbers: "mobile" | "fixed" }
    query: undefined
    body: undefined
    answer: {
      result: "success"
      msisdn: string
      message: string
    }
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
  getMe: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      name: string
      tier: "admin" | "pxs" | "read_only"
    }
  }
  getMarket: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      name: string
      title: string
      time_zone: string
      country_code: string
      operator: {
        code: string
        name: string
      }
      operators: ({
        code: string
        name: string
      })[]
      enum_zones: (string)[]
      number_examples: {
        mobile: string
        fixed: string
      }
      numbers_per_range: number
    }
  }
  followEvents: {
    params: undefined
    query: { after?: number }
    body: undefined
    answer: Blob
  }
  searchPorts: {
    params: undefined
    query: { direction?: "in" | "out"; state?: string; operator?: string; number?: string; q?: string; live?: boolean; created_from?: string; created_to?: string; updated_from?: string; updated_to?: string; sort?: "-created_at" | "created_at" | "-updated_at" | "updated_at"; limit?: number; cursor?: string }
    body: undefined
    answer: {
      items: ({
        msgidentifier: string
        direction: "in" | "out"
        number: number
        state: string
        state_code: number
        counterparty: string
        first_number: string
        last_number: string
        number_type: "mobile" | "fixed"
        account_type: "Prepaid" | "Postpaid" | null
        contact_number: string | null
        email: string | null
        is_cool_off_overridden: boolean
        failure_reason: number | null
        failure_text: string | null
        original_msgidentifier: string | null
        superseded_by: string | null
        created_at: string
        created_by: string
        updated_at: string
        deadline: {
          kind: string
          due_at: string
          rule: string
          is_overdue: boolean
        } | null
        guard_state: "due" | "held" | "settled" | null
        held_because: string | null
        failed_steps: ("route" | "dns" | "bss" | "charging" | "hss" | "crm" | "welcome")[]
        actions: (string)[]
      })[]
      next: string | null
    }
  }
  getPort: {
    params: { msgidentifier: string }
    query: undefined
    body: undefined
    answer: {
      msgidentifier: string
      direction: "in" | "out"
      number: number
      state: string
      state_code: number
      counterparty: string
      first_number: string
      last_number: string
      number_type: "mobile" | "fixed"
      account_type: "Prepaid" | "Postpaid" | null
      contact_number: string | null
      email: string | null
      is_cool_off_overridden: boolean
      failure_reason: number | null
      failure_text: string | null
      original_msgidentifier: string | null
      superseded_by: string | null
      created_at: string
      created_by: string
      updated_at: string
      deadline: {
        kind: string
        due_at: string
        rule: string
        is_overdue: boolean
      } | null
      guard_state: "due" | "held" | "settled" | null
      held_because: string | null
      failed_steps: ("route" | "dns" | "bss" | "charging" | "hss" | "crm" | "welcome")[]
      actions: (string)[]
      next_expected: {
        event: string
        who: "us" | "counterparty" | "clearinghouse"
        who_name: string
        since: string
        due_at: string
        rule: string
        is_overdue: boolean
        escalation: {
          level: number
          name: string
          tell: string
        } | null
        asked: number
        asked_at: string | null
      } | null
      rejection: {
        cause: string
        means: string
        mend: string
        field: string | null
        again: "changed" | "later" | "never"
        automatic_fix: {
          deed: string
          times: number
          means: string
        } | null
        code: number
        code_text: string
        text: string | null
        read_from: "code" | "words" | "nothing"
        at_donor: {
          cause: string
          rejected: number
          asked_again: number
          cured: number
          success_rate: number | null
        } | null
      } | null
      timeline: {
        standing: "in_time" | "at_risk" | "broken" | "kept"
        begun_at: string
        due_at: string
        rule: string
        forecast_at: string | null
        ported_at: string | null
      } | null
      events: ({
        number: number
        at: string
        msgtype: string
        direction: "sent" | "received"
        log: string
        heard: string | null
        from_state: string | null
        to_state: string | null
        said_by: string
        message_id: string | null
      })[]
      timers: ({
        kind: string
        rule: string
        started_at: string
        due_at: string
        ended_at: string | null
        outcome: string | null
      })[]
      messages: ({
        id: string
        direction: "sent" | "received"
        peer: string
        msgtype: string | null
        msgid: string | null
        filename: string | null
        at: string
        bytes: number
        state: string
        attempts: number | null
        note: string | null
      })[]
      deliveries: ({
        event_id: string
        webhook: string
        type: string
        at: string
        state: string
        attempts: number
        last_status: number | null
        last_error: string | null
        settled_at: string | null
      })[]
      checklist: {
        state: "none" | "open" | "done" | "imported"
        steps: ({
          step: "route" | "dns" | "bss" | "charging" | "hss" | "crm" | "welcome"
          title: string
          state: "waiting" | "failed" | "confirmed" | "not_required"
          attempts: number
          last_error: string | null
          next_attempt_at: string | null
          confirmed_at: string | null
          confirmed_by: string | null
        })[]
      }
      guard: {
        state: "due" | "held" | "settled"
        answer_due_at: string
        held_because: string | null
        basis: "operator" | "policy" | "silence" | "rule" | null
        basis_detail: Record<string, unknown> | null
        decided_at: string | null
        decided_by: string | null
        checks: ({
          number: number
          name: string
          version: number
          verdict: "pass" | "fail" | "unknown" | "wait" | "skipped"
          code: number | null
          said: string
          inputs: Record<string, unknown>
          at: string
        })[]
      } | null
      chain: ({
        msgidentifier: string
        state: string
        created_at: string
      })[]
    }
  }
  changePort: {
    params: { msgidentifier: string }
    query: undefined
    body: {
      requested_at?: string
      note?: string
    }
    answer: {
      msgidentifier: string
      direction: "in" | "out"
      number: number
      state: string
      state_code: number
      counterparty: string
      first_number: string
      last_number: string
      number_type: "mobile" | "fixed"
      account_type: "Prepaid" | "Postpaid" | null
      contact_number: string | null
      email: string | null
      is_cool_off_overridden: boolean
      failure_reason: number | null
      failure_text: string | null
      original_msgidentifier: string | null
      superseded_by: string | null
      created_at: string
      created_by: string
      updated_at: string
      deadline: {
        kind: string
        due_at: string
        rule: string
        is_overdue: boolean
      } | null
      guard_state: "due" | "held" | "settled" | null
      held_because: string | null
      failed_steps: ("route" | "dns" | "bss" | "charging" | "hss" | "crm" | "welcome")[]
      actions: (string)[]
      next_expected: {
        event: string
        who: "us" | "counterparty" | "clearinghouse"
        who_name: string
        since: string
        due_at: string
        rule: string
        is_overdue: boolean
        escalation: {
          level: number
          name: string
          tell: string
        } | null
        asked: number
        asked_at: string | null
      } | null
      rejection: {
        cause: string
        means: string
        mend: string
        field: string | null
        again: "changed" | "later" | "never"
        automatic_fix: {
          deed: string
          times: number
          means: string
        } | null
        code: number
        code_text: string
        text: string | null
        read_from: "code" | "words" | "nothing"
        at_donor: {
          cause: string
          rejected: number
          asked_again: number
          cured: number
          success_rate: number | null
        } | null
      } | null
      timeline: {
        standing: "in_time" | "at_risk" | "broken" | "kept"
        begun_at: string
        due_at: string
        rule: string
        forecast_at: string | null
        ported_at: string | null
      } | null
      events: ({
        number: number
        at: string
        msgtype: string
        direction: "sent" | "received"
        log: string
        heard: string | null
        from_state: string | null
        to_state: string | null
        said_by: string
        message_id: string | null
      })[]
      timers: ({
        kind: string
        rule: string
        started_at: string
        due_at: string
        ended_at: string | null
        outcome: string | null
      })[]
      messages: ({
        id: string
        direction: "sent" | "received"
        peer: string
        msgtype: string | null
        msgid: string | null
        filename: string | null
        at: string
        bytes: number
        state: string
        attempts: number | null
        note: string | null
      })[]
      deliveries: ({
        event_id: string
        webhook: string
        type: string
        at: string
        state: string
        attempts: number
        last_status: number | null
        last_error: string | null
        settled_at: string | null
      })[]
      checklist: {
        state: "none" | "open" | "done" | "imported"
        steps: ({
          step: "route" | "dns" | "bss" | "charging" | "hss" | "crm" | "welcome"
          title: string
          state: "waiting" | "failed" | "confirmed" | "not_required"
          attempts: number
          last_error: string | null
          next_attempt_at: string | null
          confirmed_at: string | null
          confirmed_by: string | null
        })[]
      }
      guard: {
        state: "due" | "held" | "settled"
        answer_due_at: string
        held_because: string | null
        basis: "operator" | "policy" | "silence" | "rule" | null
        basis_detail: Record<string, unknown> | null
        decided_at: string | null
        decided_by: string | null
        checks: ({
          number: number
          name: string
          version: number
          verdict: "pass" | "fail" | "unknown" | "wait" | "skipped"
          code: number | null
          said: string
          inputs: Record<string, unknown>
          at: string
        })[]
      } | null
      chain: ({
        msgidentifier: string
        state: string
        created_at: string
      })[]
    }
  }
  getChecklist: {
    params: { msgidentifier: string }
    query: undefined
    body: undefined
    answer: {
      state: "none" | "open" | "done" | "imported"
      steps: ({
        step: "route" | "dns" | "bss" | "charging" | "hss" | "crm" | "welcome"
        title: string
        state: "waiting" | "failed" | "confirmed" | "not_required"
        attempts: number
        last_error: string | null
        next_attempt_at: string | null
        confirmed_at: string | null
        confirmed_by: string | null
      })[]
    }
  }
  retryStep: {
    params: { msgidentifier: string; step: string }
    query: undefined
    body: undefined
    answer: {
      state: "none" | "open" | "done" | "imported"
      steps: ({
        step: "route" | "dns" | "bss" | "charging" | "hss" | "crm" | "welcome"
        title: string
        state: "waiting" | "failed" | "confirmed" | "not_required"
        attempts: number
        last_error: string | null
        next_attempt_at: string | null
        confirmed_at: string | null
        confirmed_by: string | null
      })[]
    }
  }
  getGuard: {
    params: { msgidentifier: string }
    query: undefined
    body: undefined
    answer: {
      state: "due" | "held" | "settled"
      answer_due_at: string
      held_because: string | null
      basis: "operator" | "policy" | "silence" | "rule" | null
      basis_detail: Record<string, unknown> | null
      decided_at: string | null
      decided_by: string | null
      checks: ({
        number: number
        name: string
        version: number
        verdict: "pass" | "fail" | "unknown" | "wait" | "skipped"
        code: number | null
        said: string
        inputs: Record<string, unknown>
        at: string
      })[]
    }
  }
  getQueues: {
    params: undefined
    query: { limit?: number }
    body: undefined
    answer: {
      queues: ({
        name: "to_instruct" | "to_decide" | "overdue" | "failed_steps" | "rejected"
        title: string
        next: string
        count: number
        is_more: boolean
        ports: ({
          msgidentifier: string
          direction: "in" | "out"
          number: number
          state: string
          state_code: number
          counterparty: string
          first_number: string
          last_number: string
          number_type: "mobile" | "fixed"
          account_type: "Prepaid" | "Postpaid" | null
          contact_number: string | null
          email: string | null
          is_cool_off_overridden: boolean
          failure_reason: number | null
          failure_text: string | null
          original_msgidentifier: string | null
          superseded_by: string | null
          created_at: string
          created_by: string
          updated_at: string
          deadline: {
            kind: string
            due_at: string
            rule: string
            is_overdue: boolean
          } | null
          guard_state: "due" | "held" | "settled" | null
          held_because: string | null
          failed_steps: ("route" | "dns" | "bss" | "charging" | "hss" | "crm" | "welcome")[]
          actions: (string)[]
        })[]
      })[]
    }
  }
  getStats: {
    params: undefined
    query: { from?: string; to?: string }
    body: undefined
    answer: {
      from: string
      to: string
      days: ({
        day: string
        direction: "in" | "out"
        requested: number
        ported: number
        rejected: number
      })[]
      time_to_port: ({
        donor: string
        ports: number
        median_seconds: number
        p90_seconds: number
      })[]
      rejections: ({
        code: number
        text: string
        donor: string
        count: number
      })[]
    }
  }
  listAlerts: {
    params: undefined
    query: { state?: "open" | "closed"; monitor?: "clearinghouse" | "enum" | "crm" | "charging" | "rejections" | "overdue" | "timelines" | "silence" | "messages" | "deliveries" | "steps" | "dns_nodes" | "mirror" | "credentials" | "jobs"; severity?: "warning" | "critical"; acknowledged?: boolean; msgidentifier?: string; limit?: number; cursor?: string }
    body: undefined
    answer: {
      items: ({
        id: string
        monitor: "clearinghouse" | "enum" | "crm" | "charging" | "rejections" | "overdue" | "timelines" | "silence" | "messages" | "deliveries" | "steps" | "dns_nodes" | "mirror" | "credentials" | "jobs"
        title: string
        severity: "warning" | "critical"
        subject: string
        what: string
        said: string | null
        todo: string
        msgidentifier: string | null
        message_id: string | null
        links: {
          port: string | null
          message: string | null
        }
        since: string
        opened_at: string
        seen_at: string
        closed_at: string | null
        acknowledgement: {
          at: string
          by: string
          note: string | null
        } | null
      })[]
      next: string | null
    }
  }
  getAlert: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      id: string
      monitor: "clearinghouse" | "enum" | "crm" | "charging" | "rejections" | "overdue" | "timelines" | "silence" | "messages" | "deliveries" | "steps" | "dns_nodes" | "mirror" | "credentials" | "jobs"
      title: string
      severity: "warning" | "critical"
      subject: string
      what: string
      said: string | null
      todo: string
      msgidentifier: string | null
      message_id: string | null
      links: {
        port: string | null
        message: string | null
      }
      since: string
      opened_at: string
      seen_at: string
      closed_at: string | null
      acknowledgement: {
        at: string
        by: string
        note: string | null
      } | null
    }
  }
  acknowledgeAlert: {
    params: { id: string }
    query: undefined
    body: {
      note?: string
    }
    answer: {
      id: string
      monitor: "clearinghouse" | "enum" | "crm" | "charging" | "rejections" | "overdue" | "timelines" | "silence" | "messages" | "deliveries" | "steps" | "dns_nodes" | "mirror" | "credentials" | "jobs"
      title: string
      severity: "warning" | "critical"
      subject: string
      what: string
      said: string | null
      todo: string
      msgidentifier: string | null
      message_id: string | null
      links: {
        port: string | null
        message: string | null
      }
      since: string
      opened_at: string
      seen_at: string
      closed_at: string | null
      acknowledgement: {
        at: string
        by: string
        note: string | null
      } | null
    }
  }
  listMonitors: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      items: ({
        name: "clearinghouse" | "enum" | "crm" | "charging" | "rejections" | "overdue" | "timelines" | "silence" | "messages" | "deliveries" | "steps" | "dns_nodes" | "mirror" | "credentials" | "jobs"
        title: string
        about: string
        todo: string
        open: number
        critical: number
        acknowledged: number
        looked_at: string | null
        problem: string | null
      })[]
    }
  }
  getMessage: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: {
      id: string
      clearinghouse: string
      direction: "sent" | "received"
      peer: string
      content_type: string
      at: string
      msgid: string | null
      msgtype: string | null
      msgidentifier: string | null
      state: string | null
      note: string | null
      looked_at: string | null
      looked_by: string | null
      bytes: number
      body: string | null
    }
  }
  listOverdue: {
    params: undefined
    query: { within_minutes?: number; limit?: number; cursor?: string }
    body: undefined
    answer: {
      items: ({
        msgidentifier: string
        direction: "in" | "out"
        state: string
        counterparty: string
        first_number: string
        last_number: string
        expected: {
          event: string
          who: "us" | "counterparty" | "clearinghouse"
          who_name: string
          since: string
          due_at: string
          rule: string
          is_overdue: boolean
          escalation: {
            level: number
            name: string
            tell: string
          } | null
          asked: number
          asked_at: string | null
        }
        link: string
      })[]
      next: string | null
    }
  }
  listTimelines: {
    params: undefined
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: {
      items: ({
        msgidentifier: string
        state: string
        counterparty: string
        first_number: string
        last_number: string
        timeline: {
          standing: "in_time" | "at_risk" | "broken" | "kept"
          begun_at: string
          due_at: string
          rule: string
          forecast_at: string | null
          ported_at: string | null
        }
        link: string
      })[]
      next: string | null
    }
  }
  getRejectionRates: {
    params: undefined
    query: { from?: string }
    body: undefined
    answer: {
      items: ({
        donor: string
        asked: number
        rejected: number
        rejection_rate: number
        causes: ({
          cause: string
          rejected: number
          asked_again: number
          cured: number
          success_rate: number | null
        })[]
      })[]
    }
  }
  listUnmappedRejections: {
    params: undefined
    query: { from?: string; limit?: number; cursor?: string }
    body: undefined
    answer: {
      items: ({
        donor: string
        code: number
        text: string
        count: number
        last_at: string
      })[]
      next: string | null
    }
  }
  importFees: {
    params: { invoice: string }
    query: { currency: string; first_line?: number }
    body: undefined
    answer: {
      invoice: string
      matched: number
      unmatched: number
      charged_twice: number
      refused: number
      repeated: number
      lines: ({
        line: number
        verdict: "matched" | "unmatched" | "charged_twice" | "refused"
        is_repeated: boolean
        port: string | null
        reason: string | null
        problem: {
          type: string
          title: string
          detail: string
          field?: string
        } | null
      })[]
    }
  }
  listInvoices: {
    params: undefined
    query: { limit?: number; cursor?: string }
    body: undefined
    answer: {
      items: ({
        invoice: string
        currency: string
        imported_at: string
        imported_by: string
        lines: number
        matched: number
        unmatched: number
        charged_twice: number
        total: string
      })[]
      next: string | null
    }
  }
  listFeeLines: {
    params: undefined
    query: { invoice?: string; verdict?: "matched" | "unmatched" | "charged_twice"; limit?: number; cursor?: string }
    body: undefined
    answer: {
      items: ({
        invoice: string
        line: number
        verdict: "matched" | "unmatched" | "charged_twice"
        reason: string | null
        port: string | null
        link: string | null
        msgidentifier: string | null
        number: string | null
        kind: string
        date: string | null
        amount: string
        currency: string
      })[]
      next: string | null
    }
  }
  listUnbilledPorts: {
    params: undefined
    query: { from: string; to: string; limit?: number; cursor?: string }
    body: undefined
    answer: {
      items: ({
        msgidentifier: string
        direction: "in" | "out"
        state: string
        counterparty: string
        first_number: string
        last_number: string
        ported_at: string
        link: string
      })[]
      next: string | null
    }
  }
  submitPortIns: {
    params: undefined
    query: { dry_run?: boolean }
    body: {
      items: ({
        first_number?: string | number | boolean | null
        last_number?: string | number | boolean | null
        number_type?: string | number | boolean | null
        account_type?: string | number | boolean | null
        donor?: string | number | boolean | null
        email?: string | number | boolean | null
        contact_number?: string | number | boolean | null
        override_cool_off?: string | number | boolean | null
      })[]
    } | string
    answer: {
      is_dry_run: boolean
      accepted: number
      refused: number
      lines: ({
        line: number
        verdict: "accepted" | "refused"
        msgidentifier: string | null
        donor: string | null
        first_number: string | null
        last_number: string | null
        problem: {
          type: string
          title: string
          detail: string
          field?: string
        } | null
      })[]
    }
  }
  listNumberLocks: {
    params: undefined
    query: { number?: string; state?: "standing" | "ended"; limit?: number; cursor?: string }
    body: undefined
    answer: {
      items: ({
        id: string
        first_number: string
        last_number: string
        reason: string
        until: string | null
        created_at: string
        created_by: string
        lifted_at: string | null
        lifted_by: string | null
      })[]
      next: string | null
    }
  }
  lockNumbers: {
    params: undefined
    query: undefined
    body: {
      numbers: ({
        first_number: string
        last_number?: string
      })[]
      reason: string
      until?: string | null
    }
    answer: {
      accepted: number
      refused: number
      lines: ({
        line: number
        verdict: "locked" | "refused"
        id: string | null
        first_number: string | null
        last_number: string | null
        problem: {
          type: string
          title: string
          detail: string
          field?: string
        } | null
      })[]
    }
  }
  liftNumberLock: {
    params: { id: string }
    query: { reason?: string }
    body: undefined
    answer: Blob
  }
  listNumberSecrets: {
    params: undefined
    query: { number?: string; limit?: number; cursor?: string }
    body: undefined
    answer: {
      items: ({
        id: string
        kind: "pin" | "account"
        first_number: string
        last_number: string
        set_at: string
        set_by: string
      })[]
      next: string | null
    }
  }
  setNumberSecrets: {
    params: undefined
    query: undefined
    body: {
      kind: "pin" | "account"
      numbers: ({
        first_number: string
        last_number?: string
        secret: string
      })[]
    }
    answer: {
      accepted: number
      refused: number
      lines: ({
        line: number
        verdict: "set" | "refused"
        id: string | null
        first_number: string | null
        last_number: string | null
        problem: {
          type: string
          title: string
          detail: string
          field?: string
        } | null
      })[]
    }
  }
  removeNumberSecret: {
    params: { id: string }
    query: undefined
    body: undefined
    answer: Blob
  }
  listKeys: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      items: ({
        id: string
        username: string
        tier: "admin" | "pxs" | "read_only" | "clearinghouse"
        label: string | null
        state: "active" | "expired" | "revoked" | "disabled"
        created_at: string
        created_by: string
        expires_at: string | null
        revoked_at: string | null
        last_used_at: string | null
        replaced_by: string | null
      })[]
    }
  }
  createKey: {
    params: undefined
    query: undefined
    body: {
      username: string
      tier: "admin" | "pxs" | "read_only" | "clearinghouse"
      label?: string
      expires_at?: string
    }
    answer: Blob
  }
  rotateKey: {
    params: { id: string }
    query: undefined
    body: {
      overlap_seconds?: number
    } | null
    answer: Blob
  }
  setKeyExpiry: {
    params: { id: string }
    query: undefined
    body: {
      expires_at: string | null
    }
    answer: {
      id: string
      username: string
      tier: "admin" | "pxs" | "read_only" | "clearinghouse"
      label: string | null
      state: "active" | "expired" | "revoked" | "disabled"
      created_at: string
      created_by: string
      expires_at: string | null
      revoked_at: string | null
      last_used_at: string | null
      replaced_by: string | null
    }
  }
  revokeKey: {
    params: { id: string }
    query: { reason?: string }
    body: undefined
    answer: Blob
  }
  listUsers: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      items: ({
        username: string
        full_name: string | null
        email: string | null
        created_at: string
        created_by: string
        disabled_at: string | null
        version: number
      })[]
    }
  }
  createUser: {
    params: undefined
    query: undefined
    body: {
      username: string
      full_name?: string | null
      email?: string | null
    }
    answer: Blob
  }
  getUser: {
    params: { username: string }
    query: undefined
    body: undefined
    answer: {
      username: string
      full_name: string | null
      email: string | null
      created_at: string
      created_by: string
      disabled_at: string | null
      version: number
    }
  }
  changeUser: {
    params: { username: string }
    query: undefined
    body: {
      full_name?: string | null
      email?: string | null
      is_disabled?: boolean
    }
    answer: {
      username: string
      full_name: string | null
      email: string | null
      created_at: string
      created_by: string
      disabled_at: string | null
      version: number
    }
  }
  listLockouts: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      items: ({
        address: string
        times: number
        locked_at: string
        locked_until: string
      })[]
    }
  }
  liftLockout: {
    params: { address: string }
    query: undefined
    body: undefined
    answer: Blob
  }
  listWebhooks: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      items: ({
        name: string
        url: string
        types: (string)[] | null
        is_paused: boolean
        previous_until: string | null
        created_at: string
        created_by: string
        updated_at: string
        version: number
      })[]
    }
  }
  createWebhook: {
    params: undefined
    query: undefined
    body: {
      name: string
      url: string
      types?: (string)[] | null
      secret?: string
    }
    answer: Blob
  }
  getWebhook: {
    params: { name: string }
    query: undefined
    body: undefined
    answer: {
      name: string
      url: string
      types: (string)[] | null
      is_paused: boolean
      previous_until: string | null
      created_at: string
      created_by: string
      updated_at: string
      version: number
    }
  }
  changeWebhook: {
    params: { name: string }
    query: undefined
    body: {
      url?: string
      types?: (string)[] | null
      is_paused?: boolean
    }
    answer: {
      name: string
      url: string
      types: (string)[] | null
      is_paused: boolean
      previous_until: string | null
      created_at: string
      created_by: string
      updated_at: string
      version: number
    }
  }
  removeWebhook: {
    params: { name: string }
    query: undefined
    body: undefined
    answer: Blob
  }
  rotateWebhookSecret: {
    params: { name: string }
    query: undefined
    body: {
      secret?: string
      overlap_seconds?: number
    }
    answer: {
      name: string
      url: string
      types: (string)[] | null
      is_paused: boolean
      previous_until: string | null
      created_at: string
      created_by: string
      updated_at: string
      version: number
      secret: string
    }
  }
  testWebhook: {
    params: { name: string }
    query: undefined
    body: undefined
    answer: Blob
  }
  listDeliveries: {
    params: { name: string }
    query: { state?: "queued" | "delivered" | "dead"; limit?: number; cursor?: string }
    body: undefined
    answer: {
      items: ({
        event_id: string
        type: string
        subject: string
        at: string
        state: "queued" | "delivered" | "dead"
        attempts: number
        next_attempt_at: string | null
        last_status: number | null
        last_error: string | null
        settled_at: string | null
      })[]
      next: string | null
    }
  }
  redeliver: {
    params: { name: string; event_id: string }
    query: undefined
    body: undefined
    answer: Blob
  }
  redeliverDead: {
    params: { name: string }
    query: undefined
    body: undefined
    answer: Blob
  }
  searchAudit: {
    params: undefined
    query: { subject?: string; actor?: string; action?: string; from?: string; to?: string; limit?: number; cursor?: string }
    body: undefined
    answer: {
      items: ({
        sequence: number
        at: string
        actor: string
        surface: string
        action: string
        subject: string
        reason: string | null
        detail: Record<string, unknown>
        position: number | null
        hash: string | null
      })[]
      next: string | null
    }
  }
  verifyAudit: {
    params: undefined
    query: { after?: number }
    body: undefined
    answer: {
      is_whole: boolean
      rows: number | null
      next: number | null
      head: string | null
      broken_at: number | null
      problem: string | null
    }
  }
  getRetention: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      items: ({
        name: "messages" | "events" | "personal" | "audit" | "alerts"
        what: string
        days: number | null
        before: string | null
      })[]
    }
  }
  getDossier: {
    params: { msgidentifier: string }
    query: { format?: "json" | "html" }
    body: undefined
    answer: {
      port: Record<string, unknown>
    }
  }
  listRoutes: {
    params: undefined
    query: { prefix?: string; operator?: string; number_type?: "mobile" | "fixed"; source?: "port" | "push" | "import"; cause?: string; expiring?: boolean; limit?: number; cursor?: string }
    body: undefined
    answer: {
      items: ({
        number: string
        operator: string
        routing_number: string
        number_type: "mobile" | "fixed"
        source: "port" | "push" | "import"
        cause: string
        generation: number
        since: string
        expires_at: string | null
      })[]
      next: string | null
    }
  }
  pushRoutes: {
    params: undefined
    query: { dry_run?: boolean }
    body: {
      routes: ({
        first_number: string
        last_number?: string
        operator: string
        number_type?: "mobile" | "fixed"
        routing_number?: string
      })[]
      expires_at?: string
      confirmed_count?: number
    }
    answer: {
      is_dry_run: boolean
      numbers: number
      counts: {
        set: number
        changed: number
        unchanged: number
        removed: number
      }
      generation: number
      changes: ({
        first_number: string
        last_number: string
        outcome: "set" | "changed" | "removed"
        before: {
          operator: string
          routing_number: string
          number_type: "mobile" | "fixed"
          source: "port" | "push" | "import"
          cause: string
        } | null
        after: {
          operator: string
          routing_number: string
          number_type: "mobile" | "fixed"
        } | null
        dns_before: ({
          order: number
          preference: number
          flags: string
          services: string
          regexp: string
        })[]
        dns_after: ({
          order: number
          preference: number
          flags: string
          services: string
          regexp: string
        })[]
      })[]
      is_more: boolean
    }
  }
  inspectRoute: {
    params: { msisdn: string }
    query: { history_limit?: number; history_before?: number }
    body: undefined
    answer: {
      number: string
      number_type: "mobile" | "fixed" | null
      why: string
      answered_by: "number" | "range" | "block" | "static" | "nothing"
      route: {
        number: string
        operator: string
        routing_number: string
        number_type: "mobile" | "fixed"
        source: "port" | "push" | "import"
        cause: string
        generation: number
        since: string
        expires_at: string | null
      } | null
      change: {
        generation: number
        at: string
        by: string
        source: "port" | "push" | "import"
        cause: string
        msgidentifier: string | null
        first_number: string
        last_number: string
        operator: string | null
        routing_number: string | null
        number_type: "mobile" | "fixed" | null
      } | null
      block: {
        prefix: string
        holder: string
      } | null
      static_zone: string | null
      expires_at: string | null
      live_port: string | null
      generation: number
      records: ({
        order: number
        preference: number
        flags: string
        services: string
        regexp: string
      })[]
      nodes: ({
        node: string
        generation: number | null
        behind: number | null
        is_right: boolean
        answers: ({
          name: string
          rcode: string | null
          records: ({
            order: number
            preference: number
            flags: string
            services: string
            regexp: string
          })[]
          problem: string | null
        })[]
      })[]
      history: ({
        generation: number
        at: string
        by: string
        source: "port" | "push" | "import"
        cause: string
        msgidentifier: string | null
        first_number: string
        last_number: string
        operator: string | null
        routing_number: string | null
        number_type: "mobile" | "fixed" | null
      })[]
      history_next: number | null
    }
  }
  removeRoute: {
    params: { msisdn: string }
    query: { dry_run?: boolean }
    body: undefined
    answer: {
      is_dry_run: boolean
      numbers: number
      counts: {
        set: number
        changed: number
        unchanged: number
        removed: number
      }
      generation: number
      changes: ({
        first_number: string
        last_number: string
        outcome: "set" | "changed" | "removed"
        before: {
          operator: string
          routing_number: string
          number_type: "mobile" | "fixed"
          source: "port" | "push" | "import"
          cause: string
        } | null
        after: {
          operator: string
          routing_number: string
          number_type: "mobile" | "fixed"
        } | null
        dns_before: ({
          order: number
          preference: number
          flags: string
          services: string
          regexp: string
        })[]
        dns_after: ({
          order: number
          preference: number
          flags: string
          services: string
          regexp: string
        })[]
      })[]
      is_more: boolean
    }
  }
  lookUpNumber: {
    params: { msisdn: string }
    query: undefined
    body: undefined
    answer: {
      asked: string
      number: string | null
      verdict: "ported" | "not_ported" | "static" | "unknown" | "invalid"
      operator: string | null
      routing_number: string | null
      uri: string | null
      source: "memory" | "database"
      generation: number
    }
  }
  lookUpNumbers: {
    params: undefined
    query: undefined
    body: {
      numbers: (string)[]
    }
    answer: {
      source: "memory" | "database"
      generation: number
      items: ({
        asked: string
        number: string | null
        verdict: "ported" | "not_ported" | "static" | "unknown" | "invalid"
        operator: string | null
        routing_number: string | null
        uri: string | null
      })[]
    }
  }
  getNativeDescription: {
    params: undefined
    query: undefined
    body: undefined
    answer: {
      openapi: string
    }
  }
}
