"""The states of a payout, in the words of operators and organisers."""

from chalicelib.domain.claim import PayoutStatus

STATES = {
    PayoutStatus.OWED: "待发放",
    PayoutStatus.SENDING: "发放中",
    PayoutStatus.SENT: "已发出，等本人领取",
    PayoutStatus.RECEIVED: "已到账",
    PayoutStatus.REFUNDED: "逾期未领，已退回商户",
    PayoutStatus.FAILED: "失败，没有付出",
    PayoutStatus.PARKED: "搁置，等待处理",
    PayoutStatus.RELEASED: "已退回，并放回奖池",
    PayoutStatus.LAPSED: "过期未收款，已失效",
}
