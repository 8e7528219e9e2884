package wecom

import "strconv"

// Refusal is why a callback was refused, by the number that WeCom's own callback
// libraries give it. It holds nothing of the callback and nothing of the keys.
// Compare with errors.Is.
type Refusal int

// The refusals of WeCom's libraries (sample code of W:90968).
const (
	BadSignature Refusal = -40001
	BadXML       Refusal = -40002
	BadDigest    Refusal = -40003
	BadKey       Refusal = -40004
	BadReceiver  Refusal = -40005
	BadEncrypt   Refusal = -40006
	BadDecrypt   Refusal = -40007
	BadBuffer    Refusal = -40008
	BadEncode    Refusal = -40009
	BadBase64    Refusal = -40010
	BadReply     Refusal = -40011
	BadJSON      Refusal = -40012
	BadReplyJSON Refusal = -40013
	BadProtocol  Refusal = -40014
)

func (r Refusal) Error() string {
	return "callback refused (" + strconv.Itoa(int(r)) + "): " + r.Meaning()
}

// Meaning says in plain words what is wrong; "unknown" for a number of no meaning.
func (r Refusal) Meaning() string {
	switch r {
	case BadSignature:
		return "the signature does not match"
	case BadXML:
		return "the XML cannot be read"
	case BadDigest:
		return "the signature cannot be computed"
	case BadKey:
		return "the EncodingAESKey is not one"
	case BadReceiver:
		return "it is meant for another receiver"
	case BadEncrypt:
		return "it cannot be encrypted"
	case BadDecrypt:
		return "it cannot be decrypted"
	case BadBuffer:
		return "what was decrypted has impossible lengths"
	case BadEncode:
		return "it cannot be written in Base64"
	case BadBase64:
		return "it is not Base64"
	case BadReply:
		return "the XML of the reply cannot be built"
	case BadJSON:
		return "the JSON cannot be read"
	case BadReplyJSON:
		return "the JSON of the reply cannot be built"
	case BadProtocol:
		return "it is neither the XML nor the JSON of a callback"
	}
	return "unknown"
}
