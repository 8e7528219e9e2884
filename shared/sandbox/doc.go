// Package sandbox plays WhatsApp on this machine: a fake Graph API that a
// channel's api_url can point at, and the customers who write to it. The first
// run, the tests and the benchmarks use it in the vendor's place.
//
// A send ([Sandbox.ServeHTTP]) goes through the documented rules in this order,
// and the first one broken answers with its documented code and HTTP status:
//
//  1. the address: version, bearer token (190, 10), phone number id (33)
//  2. the request: JSON, known keys (100), required parameters (131008), values
//     and limits (131009, 100), types (131051)
//  3. the injected fault, if any ([Config.Fault])
//  4. the recipient: not ourselves (131021), somebody on WhatsApp (131026)
//  5. the template: exists (132001), not paused or disabled (132015, 132016),
//     parameters (132000, 132012), length (132005)
//  6. the number's throughput (130429), the pair rate (131056)
//  7. the 24 hour service window, templates excepted (131047)
//  8. the portfolio limit, outside a window only (131048)
//
// A refused send leaves no trace in the books. An accepted one gets a wamid, is
// kept in [Sandbox.Sent], and its receipts follow as signed webhooks, as
// [Config.Receipts] plans. It fails later when the customer is out of reach
// (131026), or when it is marketing and the customer stopped that (131050), lives
// in the United States (131049), or had enough ([Config.MarketingCap], 131049).
//
// The customer's side ([Sandbox.Write], [Sandbox.Tap], [Sandbox.Any],
// [Sandbox.Batch], [Sandbox.Prefer]) and Meta's own ([Sandbox.Notify]) post signed
// webhooks of the documented shape. A webhook that is not answered 200 is sent
// again after growing pauses.
//
// All time, chance and scheduling come from [Config]. Everything is safe for
// concurrent use. It refuses: groups, uploads, and every call but sending and listing
// an account's templates ([Config.Templates], with what was told of them since).
package sandbox
