// Package qyapi plays WeCom (企业微信) on this machine: a fake qyapi.weixin.qq.com
// that a channel's api_url can point at, the members who write to its apps, and
// the customers and servicers of WeChat customer service (微信客服, KF).
//
// A call ([Sandbox.ServeHTTP]) goes through the documented rules in this order, and
// the first one broken answers with its errcode, always in an HTTP 200:
//
//  1. the address of the call, and the caller's own address (60020)
//  2. the access token: missing (41001), unknown (40014), run out (42001)
//  3. the frequency (45009) and the calls at the same time (45033)
//  4. the request: JSON (40058), required parameters, shapes and limits in bytes
//  5. the injected fault, if any ([Config.Fault])
//  6. what it is about: the app (301002, 50003), members (81013), the account
//     (95004, 48007), the session's state (95018), the 48 hours and 5 messages
//     (95002, 95001), the chat, the robot
//
// A refused call leaves no trace in the books. What is accepted is kept in
// [Sandbox.Sent]. Some things are lost without a word, as at WeCom: more than 30
// messages a minute to a member, and the same message twice under the duplicate
// check. Both are told in [Sandbox.Events] only.
//
// What members do ([Sandbox.WriteApp], [Sandbox.Tap], [Sandbox.Click],
// [Sandbox.Notify], and [Sandbox.AskBot], [Sandbox.EnterBot], [Sandbox.TapBot] and
// [Sandbox.RateBot] for AI bots) comes as one encrypted callback each. What customers and
// servicers do ([Sandbox.WriteKF], [Sandbox.EnterSession], [Sandbox.Answer],
// [Sandbox.EndSession], …) is stored for sync_msg, and a callback with a fresh token
// calls for it. A callback that is not answered 200 comes three times in all.
// [Sandbox.Backlog] stores without calling; [Sandbox.Ring] calls once for all of it.
//
// Where the pages of WeCom are silent or disagree, [Config] has both ways: see
// [Unsure].
//
// All time, chance and scheduling come from [Config]. Everything is safe for
// concurrent use. It refuses: uploads, customer contact's own messages, streams of AI bots and
// every call that is not listed in routes.go. W:n names a page of
// developer.work.weixin.qq.com, B2 to B12 a section of our own collection of them.
package qyapi
