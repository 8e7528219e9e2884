// Package channel reads FRONTDESK_CHANNELS: which addresses customers write to,
// and the credentials of each.
//
// [Load] takes the variable's value, which is the JSON itself, "file:PATH" or the
// ARN of a Secrets Manager secret. It reads, then checks everything, and refuses
// with the list of all faults: an unknown or repeated field, a missing or
// impossible credential, an unknown kind, two channels with one id or one
// number, an API address without https. No error ever shows a value, because any
// value may be a secret pasted into the wrong field.
package channel

import "frontdesk/shared/message"

// Channel is one address that customers write to. Which fields are set depends
// on Kind.
type Channel struct {
	// ID is ours: a-z, 0-9 and -, at most 40 characters.
	ID   string
	Kind message.Kind
	// APIURL is where the channel's API is called, without a slash at the end.
	APIURL string
	// Token is WhatsApp's access token. For the WeCom kinds it is the callback
	// token that signs what WeCom posts to us.
	Token Secret

	// PhoneNumberID finds the channel in a WhatsApp webhook; BusinessID is the
	// WhatsApp Business Account (WABA) id and may be empty.
	PhoneNumberID, BusinessID string
	// AppSecrets sign WhatsApp webhooks: one, or two (new, old) while rotating.
	AppSecrets []Secret
	// Throughput is how many messages a second the number takes, in and out together;
	// 0 when the settings do not say. PortfolioLimit is how many people may be written
	// to outside service windows in 24 hours: 0 when not said, -1 for no limit.
	Throughput, PortfolioLimit int
	// VerifyToken is what Meta repeats when it checks the webhook address.
	VerifyToken Secret

	// CorpID names the company at WeCom and Secret is the app's or KF's secret.
	CorpID string
	Secret Secret
	// AESKey is WeCom's EncodingAESKey: 43 letters and digits.
	AESKey Secret
	// CallbackKeys are the pairs that WeCom's callbacks may be signed and encrypted
	// with: one, or two (new, old) while rotating. Token and AESKey repeat the first.
	CallbackKeys []CallbackKey
	// OpenKFID is the customer service account of kind wecom_kf.
	OpenKFID string
	// RepeatSafe says that customer service never sends a msgid twice, RepeatCode with
	// which errcode it refuses the second call; 0 when it answers like the first time.
	// WeCom does not document it (repeated_msgid in the settings).
	RepeatSafe bool
	RepeatCode int
	// HandOffAPI says that people answer customers of this account through the admin API
	// (hand_off "api"), so a session stays with the bot when they take over; else it is
	// moved to WeCom's own client, where servicers answer.
	HandOffAPI bool
	// AgentID is the app of kinds wecom_app and wecom_group.
	AgentID int64
	// BotID is the AI bot of kind wecom_bot (aibotid).
	BotID string
	// RobotKey is the key in the address of a group's robot, kind wecom_robot: its only credential.
	RobotKey Secret
	// ChatID is the group chat of kind wecom_group.
	ChatID string
	// Link is an address that opens from a notice, kinds wecom_robot and wecom_group; may be empty.
	Link string
	// URL is the https address of kind webhook, hidden because its path may be a key.
	// HookSecrets sign what is posted there: one, or two (new, old) while rotating, each
	// of which [SigningKey] reads.
	URL         Secret
	HookSecrets []Secret
	// DuplicateCheck is for how many seconds WeCom drops what has the same content for
	// the same member; 0 for never.
	DuplicateCheck int
}

// CallbackKey is the Token and the EncodingAESKey of a WeCom callback address.
type CallbackKey struct{ Token, AESKey Secret }

// The API addresses used when a channel gives no api_url.
const (
	GraphURL = "https://graph.facebook.com/v26.0"
	WeComURL = "https://qyapi.weixin.qq.com"
)

// Find returns the channel with this id.
func Find(channels []Channel, id string) (Channel, bool) {
	for _, ch := range channels {
		if ch.ID == id {
			return ch, true
		}
	}
	return Channel{}, false
}
