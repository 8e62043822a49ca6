"""LINE: webhook events, Flex messages, the Messaging API."""
