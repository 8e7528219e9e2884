package wecom

// What WeCom accepts in one message, and in one menu of an app. Bytes are bytes of UTF-8. [Sender.Send] cuts
// texts that are longer, at the end of a character and with "…", and refuses without
// a call what cannot be cut: ids, numbers of choices, receivers.
const (
	// MaxText is how many bytes of a text WeCom shows; it cuts the rest
	// (W:90236 text, W:90241 text, W:94677 text).
	MaxText = 2048

	// Other messages of an app (W:90236). WeCom cuts titles, descriptions and labels that are
	// longer; what it does with a longer Markdown or address no page says (?).
	MaxAppMarkdown = 2048 // bytes
	MaxCardTitle   = 128  // bytes of the title of a text card or an article
	MaxCardText    = 512  // bytes of the description of either
	MaxCardOpen    = 4    // characters on a text card's button
	MaxLink        = 2048 // bytes of an address
	MaxServiceLink = 1024 // bytes of an address inside a text of customer service, so that words fit beside it (ours)

	// Menus of an app (W:90231). Bytes; an older page lets an address have 256 (?).
	MaxAppMenu     = 3    // buttons
	MaxAppSubMenu  = 5    // buttons below one
	MaxAppMenuName = 16   // of a button
	MaxAppSubName  = 40   // of a button below one
	MaxAppMenuKey  = 128  // of what a tap sends back
	MaxAppMenuLink = 1024 // of an address that a tap opens

	// Template cards of an app (W:90236). Advised lengths are of what the client shows;
	// WeCom takes more, so more is sent.
	MaxCardButtons    = 6    // buttons of one card
	MaxCardButtonKey  = 1024 // bytes of a button's key
	MaxCardOptions    = 20   // options of a vote
	MaxCardOptionID   = 128  // bytes of an option's id
	MaxTaskID         = 128  // bytes of a card's task_id: letters, digits, _ - @
	AdvisedCardTitle  = 36   // characters of a card's title
	AdvisedCardDesc   = 44   // characters below the title of a vote
	AdvisedCardText   = 160  // characters of the text of a card with buttons
	AdvisedCardButton = 10   // characters of a button
	AdvisedCardOption = 17   // characters of an option

	// Menus of customer service (W:94677 msgmenu).
	MaxMenuHead    = 1024 // bytes above the menu
	MaxMenuTail    = 1024 // bytes below it
	MaxMenuItems   = 10   // items of one menu
	MaxMenuID      = 64   // bytes of an item's id
	MaxMenuContent = 128  // bytes of an item

	// MaxMsgID is the length of the msgid that we give to customer service: letters,
	// digits, _ and - (W:94677).
	MaxMsgID = 32
	// MaxUserID is the length of a member's id in bytes (W:90195).
	MaxUserID = 64

	// sync_msg (W:94670).
	MaxSync       = 1000 // messages of one answer
	MaxSyncCursor = 64   // bytes of a cursor
	MaxSyncToken  = 128  // bytes of a callback's token
)
